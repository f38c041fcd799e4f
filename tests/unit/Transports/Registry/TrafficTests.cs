using System.Text;
using System.Text.Json;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Samples;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Registry.Support;
using Xunit.Abstractions;

namespace Diffah.Tests.Transports.Registry;

/// <summary>What crosses the wire for a delta from registry to registry, by the registry's own access log.</summary>
public sealed class TrafficTests(PlainRegistry registry, ITestOutputHelper output)
    : IClassFixture<PlainRegistry>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Host => registry.Process.Host;

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// A pair with an unchanged, a patched and a full layer, and one that is gone; skopeo pushes it, and reads back
    /// what was restored.
    /// </summary>
    [SkippableTheory]
    [InlineData(1, nameof(BlobOrigin.Full))]
    [InlineData(2, nameof(BlobOrigin.Patch))]
    public async Task Of_unchanged_patched_and_full_layers_only_what_is_needed_crosses_the_wire(
        int version, string last)
    {
        await WriteAsync("v1", [SampleImage.Layer(1, 1, 300_000), Edited(0), SampleImage.Layer(1, 2, 50_000)]);
        await WriteAsync("v2", [SampleImage.Layer(1, 1, 300_000), Edited(1), SampleImage.Layer(1, 3, 50_000)]);
        var kinds = await OnlyWhatIsNeededCrossesTheWireAsync(
            $"made{version}", $"dir:{_folder["v1"]}", $"dir:{_folder["v2"]}", ["--preserve-digests"], version);
        Assert.Equal([nameof(BlobOrigin.Reuse), nameof(BlobOrigin.Patch), last], kinds);
    }

    /// <summary>Layers as skopeo compresses them, and a patch of a layer that is reused besides.</summary>
    [SkippableTheory]
    [InlineData(SampleFormat.OciZstd, "oci")]
    [InlineData(SampleFormat.OciPlain, "oci")]
    [InlineData(SampleFormat.DockerArchive, "v2s2")]
    public Task Of_samples_only_what_is_needed_crosses_the_wire(SampleFormat format, string manifestFormat)
    {
        var pair = SampleImages.WriteAll(_folder["samples"], 0.5)[format];
        return OnlyWhatIsNeededCrossesTheWireAsync(
            format.ToString().ToLowerInvariant(), pair.V1.Reference, pair.V2.Reference, ["--format", manifestFormat]);
    }

    private async Task<IEnumerable<string>> OnlyWhatIsNeededCrossesTheWireAsync(
        string name, string baseline, string target, string[] options,
        int version = EncodingOptions.DefaultFormatVersion)
    {
        var (from, to) = ($"{name}/from", $"{name}/to");
        await SkopeoAsync(["copy", "--dest-tls-verify=false", .. options, baseline, $"docker://{Host}/{from}:v1"]);
        await SkopeoAsync(["copy", "--dest-tls-verify=false", .. options, target, $"docker://{Host}/{from}:v2"]);
        var (v1, v2) = (await InspectAsync($"{from}:v1"), await InspectAsync($"{from}:v2"));

        registry.Process.ClearLog();
        await DiffAsync(from, version);
        var diff = await registry.Process.LogAsync();
        Assert.All(v1.Blobs, blob => Assert.InRange(Gets(diff, blob), 0, 1));
        Assert.All(v2.Blobs, blob => Assert.InRange(Gets(diff, blob), 0, 1));
        Assert.DoesNotContain(diff, l => l.Method is not ("GET" or "HEAD"));

        registry.Process.ClearLog();
        await RestoreAsync(from, to);
        var restore = await registry.Process.LogAsync();
        Assert.Equal(v2.Digest, (await InspectAsync($"{to}:v2")).Digest);
        var layers = (await InspectArchive.RunAsync(_folder["delta.tar"], EventSink.None, default)).Images[0].Layers;
        AssertRestore(restore, v1, v2, from, to, [.. layers.Select(l => l.PatchFrom).OfType<string>()
            .Concat(await SourcesAsync(v1))]);
        Print(name, v1, v2, diff, restore, to);
        await SkopeoAsync("copy", "--src-tls-verify=false", $"docker://{Host}/{to}:v2", $"dir:{_folder["check"]}");

        registry.Process.ClearLog();
        await RestoreAsync(from, to);
        var again = await registry.Process.LogAsync();
        Assert.DoesNotContain(again, l => l.Method is "POST" or "PATCH"
            || (l.Method == "PUT" && l.Path.Contains("/blobs/", StringComparison.Ordinal)));
        Assert.DoesNotContain(
            again, l => l.Method == "GET" && v1.Layers.Any(d => l.Path.EndsWith(d, StringComparison.Ordinal)));
        return layers.Select(l => l.Encoding);
    }

    /// <summary>The baseline's layers that contents of the archive are made of.</summary>
    private async Task<IEnumerable<string>> SourcesAsync(Pushed baseline)
    {
        var draft = ArchiveDraft.Read(await File.ReadAllBytesAsync(_folder["delta.tar"]));
        return draft.Contents.SelectMany(c => c.Value!["sources"]!.AsArray())
            .Select(source => baseline.Layers[Array.IndexOf(baseline.DiffIds, source!.GetValue<string>())]);
    }

    private static void AssertRestore(
        IReadOnlyList<AccessLogLine> log, Pushed v1, Pushed v2, string from, string to, HashSet<string> patchedFrom)
    {
        var unchanged = v2.Layers.Intersect(v1.Layers).ToArray();
        Assert.NotEmpty(unchanged);
        // Unchanged: lent by the baseline's repository, neither fetched nor pushed.
        foreach (var layer in unchanged)
        {
            Assert.Single(
                log, l => l is { Method: "POST", Status: 201 }
                    && l.Path.Contains(
                        $"/{to}/blobs/uploads/?mount={Uri.EscapeDataString(layer)}&from={Uri.EscapeDataString(from)}",
                        StringComparison.Ordinal));
            Assert.DoesNotContain(
                log, l => l.Method == "PUT" && l.Path.Contains(Uri.EscapeDataString(layer), StringComparison.Ordinal));
        }
        // Of the baseline: its configuration, and what patches refer to, each once.
        foreach (var layer in v1.Layers)
            Assert.Equal(patchedFrom.Contains(layer) ? 1 : 0, Gets(log, layer));
        Assert.Equal(1, Gets(log, v1.Config));
        // New: pushed once each, and the manifest after them all.
        foreach (var blob in v2.Blobs.Except(v1.Blobs))
            Assert.Single(log, l => l is { Method: "PUT", Status: 201 }
                && l.Path.Contains(Uri.EscapeDataString(blob), StringComparison.Ordinal));
        var paths = log.Where(l => l.Method == "PUT").Select(l => l.Path).ToArray();
        Assert.EndsWith($"/{to}/manifests/v2", paths[^1], StringComparison.Ordinal);
    }

    private void Print(
        string name, Pushed v1, Pushed v2, IReadOnlyList<AccessLogLine> diff,
        IReadOnlyList<AccessLogLine> restore, string to)
    {
        output.WriteLine($"{name}: blob | of | diff GET | restore GET | HEAD | mount | push");
        foreach (var blob in v1.Blobs.Union(v2.Blobs))
        {
            var of = (v1.Blobs.Contains(blob), v2.Blobs.Contains(blob)) switch
            {
                (true, true) =>
                "both",
                (true, false) => "baseline",
                _ => "target"
            };
            var kind = blob == v1.Config || blob == v2.Config ? "config" : "layer";
            int Count(string method, string part) =>
                restore.Count(l => l.Method == method && l.Path.Contains($"/{to}/", StringComparison.Ordinal)
                    && l.Path.Contains(part, StringComparison.Ordinal));
            output.WriteLine(
                $"{kind} {blob[7..19]} | {of} | {Gets(diff, blob)} | {Gets(restore, blob)} | {Count("HEAD", blob)} | "
                    + $"{Count("POST", "mount=" + Uri.EscapeDataString(blob))} | "
                    + $"{Count("PUT", "digest=" + Uri.EscapeDataString(blob))}");
        }
    }

    private static int Gets(IReadOnlyList<AccessLogLine> log, string digest) =>
        log.Count(l => l.Method == "GET" && l.Path.EndsWith($"/blobs/{digest}", StringComparison.Ordinal));

    private async Task DiffAsync(string from, int version)
    {
        using var transports = TransportCatalog.Create(registry.Options);
        await new CreateDelta(transports).RunAsync(new CreateDeltaRequest
        {
            Baseline = ImageReference.Parse($"docker://{Host}/{from}:v1"),
            Target = ImageReference.Parse($"docker://{Host}/{from}:v2"),
            OutputPath = _folder["delta.tar"],
            Encoding = new EncodingOptions { ZstdLevel = 3, FormatVersion = version },
        }, EventSink.None, default);
    }

    private async Task RestoreAsync(string from, string to)
    {
        using var transports = TransportCatalog.Create(registry.Options);
        await new RestoreImage(transports).RunAsync(new RestoreImageRequest
        {
            ArchivePath = _folder["delta.tar"],
            Baseline = ImageReference.Parse($"docker://{Host}/{from}:v1"),
            Destination = ImageReference.Parse($"docker://{Host}/{to}:v2"),
        }, EventSink.None, default);
    }

    private async Task WriteAsync(string name, byte[][] layers)
    {
        using var bench = new RegistryBench();
        // The small layer is compressed, so that no patch of it is worth while.
        var image = SampleImage.Make(1, "amd64", layers, MediaTypes.OciManifest, MediaTypes.OciConfig,
            MediaTypes.OciLayer, l => l.Length < 100_000 ? SampleImage.Gzip(l) : l);
        var reference = ImageReference.Parse($"dir:{_folder[name]}");
        await using var destination = await TransportCatalog.Default.Get(reference)
            .OpenDestinationAsync(reference, false, bench.Context, default);
        await image.WriteAsync(destination);
        await using (await destination.StageAsync(default))
            await destination.CommitAsync(default);
    }

    private static byte[] Edited(byte edit)
    {
        var layer = SampleImage.Layer(1, 4, 300_000);
        layer.AsSpan(100_000, 50).Fill(edit);
        return layer;
    }

    private sealed record Pushed(string Digest, string Config, string[] Layers, string[] DiffIds)
    {
        public IEnumerable<string> Blobs => Layers.Distinct().Prepend(Config);
    }

    private async Task<Pushed> InspectAsync(string name)
    {
        var raw = await SkopeoAsync("inspect", "--raw", "--tls-verify=false", $"docker://{Host}/{name}");
        using var document = JsonDocument.Parse(raw);
        var root = document.RootElement;
        using var config = JsonDocument.Parse(
            await SkopeoAsync("inspect", "--config", "--raw", "--tls-verify=false", $"docker://{Host}/{name}"));
        return new Pushed(Engine.Oci.Digest.Compute(Encoding.UTF8.GetBytes(raw)).ToString(),
            root.GetProperty("config").GetProperty("digest").GetString()!,
            [.. root.GetProperty("layers").EnumerateArray().Select(l => l.GetProperty("digest").GetString()!)],
            [.. config.RootElement.GetProperty("rootfs").GetProperty("diff_ids").EnumerateArray()
                .Select(d => d.GetString()!)]);
    }

    private static Task<string> SkopeoAsync(params string[] arguments) =>
        ExternalTool.RunAsync("skopeo", ["--insecure-policy", .. arguments]);
}
