using System.Text.Json.Nodes;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Engine.Signing;
using Diffah.Engine.Transports;
using Diffah.Engine.Transports.Registry;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Operations.Pulling;

/// <summary>
/// Versions of an image in a registry, with a layer that stays, one in which little changes, and one that is new each
/// time; and deltas between them.
/// </summary>
internal sealed class PullLab : IDisposable
{
    private readonly Dictionary<int, SampleImage> _images = [];

    public PullLab(string host, string? repository = null)
    {
        (Host, Repository) = (host, repository ?? $"app-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Folder["work"]);
    }

    public string Host { get; }

    public string Repository { get; }

    public TemporaryFolder Folder { get; } = new();

    public EventLog Log { get; } = new();

    public RegistryOptions Options { get; init; } =
        new() { SkipTlsVerification = true, RetryDelay = TimeSpan.Zero, RetryCount = 1 };

    /// <summary>How the layers are compressed.</summary>
    public Func<byte[], byte[]> Compress { get; init; } = SampleImage.Gzip;

    public SampleImage this[int version] => _images.TryGetValue(version, out var image)
        ? image
        : _images[version] = SampleImage.Make(version, "amd64",
            [SampleImage.Layer(1, 1, 200_000), Edited(version), SampleImage.Layer(2, version, 20_000)],
            MediaTypes.OciManifest, MediaTypes.OciConfig,
            Compress == SampleImage.Gzip ? MediaTypes.OciLayerGzip : MediaTypes.OciLayer, Compress);

    public ImageReference Reference(int version) =>
        ImageReference.Parse($"docker://{Host}/{Repository}:v{version}");

    public ImageReference Near(string name) => ImageReference.Parse($"oci:{Folder["near"]}:{name}");

    /// <summary>Pushes versions, and has the first of them at hand.</summary>
    public async Task<PullLab> PushAsync(params int[] versions)
    {
        foreach (var version in versions)
            await WriteAsync(this[version], Reference(version));
        await WriteAsync(this[versions[0]], Near($"v{versions[0]}"));
        return this;
    }

    /// <summary>Makes a delta from one version to another, and publishes it.</summary>
    public async Task<string> PublishAsync(
        int from, int to, string? key = null, EncodingOptions? encoding = null)
    {
        using var transports = TransportCatalog.Create(Options);
        var archive = Folder[$"{from}-{to}.delta"];
        await new CreateDelta(transports).RunAsync(new CreateDeltaRequest
        {
            Baseline = Reference(from),
            Target = Reference(to),
            OutputPath = archive,
            Encoding = encoding ?? DeltaLab.Quick with { FormatVersion = 2 },
            CreatedAt = DeltaLab.Time,
            SigningKey = key is null ? null : new SigningKeySource(key),
            Overwrite = true,
        }, EventSink.None, default);
        var published = await new PublishDelta(transports).RunAsync(
            new PublishDeltaRequest { ArchivePath = archive, Image = Reference(to) }, EventSink.None, default);
        return published.Digest;
    }

    public PullImageRequest Request(int version, int baseline = 1) => new()
    {
        Image = Reference(version),
        Baseline = Near($"v{baseline}"),
        Destination = Near($"got{version}"),
        WorkDirectory = Folder["work"],
    };

    public async Task<PullPlan> PlanAsync(PullImageRequest request)
    {
        using var transports = TransportCatalog.Create(Options);
        return await new PullImage(transports).PlanAsync(request, Log.Sink, default);
    }

    public async Task<RestoredImage> RestoreAsync(PullImageRequest request, CancellationToken token = default)
    {
        using var transports = TransportCatalog.Create(Options);
        return await new PullImage(transports).RestoreAsync(request, Log.Sink, token);
    }

    public async Task<CopiedImage> CopyAsync(PullImageRequest request)
    {
        using var transports = TransportCatalog.Create(Options);
        return await new PullImage(transports).CopyAsync(request, Log.Sink, default);
    }

    /// <summary>Fails unless a version is at the destination to the byte, as another tool reads it.</summary>
    public async Task AssertGotAsync(int version)
    {
        Assert.Equal(this[version].Manifest.Digest.ToString(),
            await RealImages.SkopeoDigestAsync(Near($"got{version}").ToString()));
        await ExternalTool.RunAsync(
            "skopeo", "copy", Near($"got{version}").ToString(), $"dir:{Folder[$"check{version}"]}");
    }

    /// <summary>A manifest of the repository.</summary>
    public async Task<JsonNode> ManifestAsync(string digest)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Accept.ParseAdd(MediaTypes.OciManifest);
        return JsonNode.Parse(
            await client.GetStringAsync($"http://{Host}/v2/{Repository}/manifests/{digest}"))!;
    }

    public string[] Blobs => [.. Directory.EnumerateFiles(Folder["near/blobs/sha256"]).Select(Path.GetFileName)!];

    public void Dispose() => Folder.Dispose();

    private async Task WriteAsync(SampleImage image, ImageReference reference)
    {
        using var bench = new RegistryBench();
        using var transports = TransportCatalog.Create(Options);
        await using var destination = await transports.Get(reference)
            .OpenDestinationAsync(reference, true, bench.Context, default);
        await image.WriteAsync(destination);
        await using (await destination.StageAsync(default))
            await destination.CommitAsync(default);
    }

    private static byte[] Edited(int version)
    {
        var layer = SampleImage.Layer(1, 4, 300_000);
        layer.AsSpan(1000 * version, 50).Fill((byte)version);
        return layer;
    }
}
