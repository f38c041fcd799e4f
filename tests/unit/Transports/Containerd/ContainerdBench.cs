using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Engine.Transports.Hosts;
using Diffah.Engine.Transports.Registry;
using Diffah.Tests.Support;

namespace Diffah.Tests.Transports.Containerd;

/// <summary>A namespace of a containerd, and what one does with it.</summary>
/// <param name="containerd">The containerd.</param>
internal sealed class ContainerdBench(ContainerdProcess containerd) : IDisposable
{
    private readonly TransportBench _bench = new();

    /// <summary>The namespace, which nobody else uses.</summary>
    public string Namespace { get; } = SharedContainerd.NewNamespace();

    /// <summary>Where daemons are.</summary>
    public TransportEnvironment Environment =>
        TransportEnvironment.None with { Daemons = containerd.EnvironmentOf(Namespace) };

    /// <summary>The path of something in a folder of the test's own.</summary>
    public string this[string name] => _bench[name];

    /// <summary>Runs ctr in the namespace.</summary>
    public Task<string> CtrAsync(params string[] arguments) => containerd.CtrAsync(Namespace, arguments);

    /// <summary>Lets containerd collect what nobody uses.</summary>
    public async Task CollectAsync()
    {
        await CtrAsync("leases", "create", "--id", "none");
        await CtrAsync("leases", "rm", "--sync", "none");
    }

    /// <summary>The digests of the blobs and manifests that are there.</summary>
    public async Task<string[]> ContentAsync() =>
        [.. (await CtrAsync("content", "ls", "-q")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Order(StringComparer.Ordinal)];

    /// <summary>Copies an image, or an index with all its images, from reference to reference.</summary>
    public async Task<CopiedImage> CopyAsync(string from, string to, bool all = true)
    {
        using var catalog =
            TransportCatalog.Create(new RegistryOptions { SkipTlsVerification = true }, Environment);
        var request = new CopyImageRequest
        {
            Source = ImageReference.Parse(from),
            Destination = ImageReference.Parse(to),
            All = all,
        };
        return await new CopyImage(catalog).RunAsync(request, EventSink.None, default);
    }

    /// <summary>Describes an image.</summary>
    public async Task<ImageDetails> GetAsync(string reference, string platform = "linux/amd64")
    {
        using var catalog = TransportCatalog.Create(new RegistryOptions(), Environment);
        return await new GetImage(catalog).RunAsync(
            ImageReference.Parse(reference), Engine.Oci.Platform.Parse(platform), EventSink.None, default);
    }

    /// <summary>Writes a sample into a folder.</summary>
    public Task WriteFolderAsync(string name, SampleImage image) =>
        _bench.WriteAsync(TransportNames.Directory, name, image);

    /// <summary>Writes an index into a folder, and gives its reference.</summary>
    public async Task<string> WriteIndexAsync(SampleIndex index)
    {
        await using var source = await index.In("/index")
            .OpenSourceAsync(ImageReference.Parse("dir:/index"), _bench.Context, default);
        await using var destination = await _bench.CreateAsync(TransportNames.OciArchive, "index.tar");
        await Engine.Images.Copying.ImageCopier.CopyAsync(
            await ImageTree.OpenAsync(source, default), destination, EventSink.None, default);
        return $"oci-archive:{this["index.tar"]}";
    }

    /// <summary>The files of a folder with their contents, in hexadecimal digests.</summary>
    public string[] Files(string folder) =>
        [.. Directory.EnumerateFiles(this[folder]).Select(
            f => $"{Path.GetFileName(f)} {Engine.Oci.Digest.Compute(File.ReadAllBytes(f))}")
            .Order(StringComparer.Ordinal)];

    public void Dispose() => _bench.Dispose();
}
