using Diffah.Engine.Compression;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Transports.Registry;

/// <summary>
/// A delta that was made of a registry's images restores from whatever holds the contents. skopeo makes the other
/// forms, and the registry's access log tells what a restore fetches.
/// </summary>
public sealed class BaselineFormTests(PlainRegistry registry) : IClassFixture<PlainRegistry>, IDisposable
{
    private static readonly byte[] Text = Bytes.Text(1, 120_000);
    private static readonly LayerBytes Kept = Gzip(("etc/kept", Bytes.Text(2, 40_000)));
    private static readonly LayerBytes Before = Gzip(("srv/text", Text));
    private static readonly LayerBytes After = Gzip(("srv/text", Bytes.Edited(Text)));
    private static readonly LayerBytes Gone = Gzip(("srv/gone", Bytes.Random(3, 90_000)));
    private static readonly LayerBytes Squashed =
        Gzip(("etc/kept", Bytes.Text(2, 40_000)), ("srv/text", Bytes.Edited(Text)));

    private readonly BundleLab _lab = new();

    private string Host => registry.Process.Host;

    public void Dispose() => _lab.Dispose();

    [SkippableTheory]
    [InlineData("registry")]
    [InlineData("docker-archive")]
    [InlineData("plain")]
    [InlineData("zstd")]
    public async Task Any_form_of_the_baseline_serves(string form)
    {
        var target = ImageMaker.Make(true, [Kept, After], "v2");
        await MakeAsync(form, target);
        var baseline = form switch
        {
            "registry" => $"docker://{Host}/{form}:v1",
            "docker-archive" => await CopyAsync(form, $"docker-archive:{_lab.Folder["saved.tar"]}:app:v1"),
            "plain" => await CopyAsync(form, $"dir:{_lab.Folder["plain"]}", "--dest-decompress"),
            _ => await CopyAsync(form, $"oci:{_lab.Folder["zstd"]}:v1", "--dest-compress-format", "zstd"),
        };
        var layers = await LayersAsync(baseline);
        Assert.Equal(form == "registry", layers.Contains(Before.Digest));
        await AssertRestoresAsync(target, baseline);
    }

    [SkippableFact]
    public async Task A_squashed_target_restores_from_all_layers_that_it_was_made_of()
    {
        var target = ImageMaker.Make(true, [Squashed], "v2");
        await MakeAsync("squashed", target);
        Assert.True(new FileInfo(_lab.Archive).Length < 12_000);
        await AssertRestoresAsync(target, $"docker://{Host}/squashed:v1");
    }

    [SkippableFact]
    public async Task What_no_patch_refers_to_is_not_fetched()
    {
        var target = ImageMaker.Make(true, [Kept, After], "v2");
        await MakeAsync("counted", target);
        registry.Process.ClearLog();
        await AssertRestoresAsync(target, $"docker://{Host}/counted:v1");
        var log = await registry.Process.LogAsync();
        Assert.Equal((1, 1, 0), (Gets(log, Kept), Gets(log, Before), Gets(log, Gone)));
    }

    [SkippableFact]
    public async Task Images_of_a_mirror_that_together_have_the_contents_serve_and_what_is_missing_is_named_first()
    {
        var target = ImageMaker.Make(true, [Kept, After], "v2");
        await MakeAsync("parts", target);
        await PushAsync(ImageMaker.Make(true, [Gone, Kept], "a"), "mirror/a:v1");
        await PushAsync(ImageMaker.Make(true, [Gone, Before], "b"), "mirror/b:v1");

        registry.Process.ClearLog();
        var e = await Errors.ThrowsAsync(
            DiffahErrors.BaselineMismatch, () => RestoreAsync("nowhere", $"docker://{Host}/mirror/a:v1"));
        Assert.Contains(Before.DiffId.ToString(), e.Message, StringComparison.Ordinal);
        var log = await registry.Process.LogAsync();
        Assert.Equal((0, 0, 0), (Gets(log, Kept), Gets(log, Before), Gets(log, Gone)));
        Assert.False(Directory.Exists(_lab.Folder["nowhere"]));

        registry.Process.ClearLog();
        await AssertRestoresAsync(target, $"docker://{Host}/mirror/a:v1", $"docker://{Host}/mirror/b:v1");
        log = await registry.Process.LogAsync();
        Assert.Equal((1, 1, 0), (Gets(log, Kept), Gets(log, Before), Gets(log, Gone)));
    }

    private static LayerBytes Gzip(params IEnumerable<(string, byte[])> files) =>
        LayerBytes.Tar(files).As(CompressionKind.Gzip);

    private static int Gets(IReadOnlyList<AccessLogLine> log, LayerBytes layer) =>
        log.Count(l => l.Method == "GET" && l.Path.EndsWith($"/blobs/{layer.Digest}", StringComparison.Ordinal));

    /// <summary>Pushes baseline and target, and makes the delta between them as they are in the registry.</summary>
    private async Task MakeAsync(string name, MemoryImage target)
    {
        await PushAsync(ImageMaker.Make(true, [Kept, Before, Gone], "v1"), $"{name}:v1");
        await PushAsync(target, $"{name}:v2");
        using var transports = TransportCatalog.Create(registry.Options);
        await new CreateDelta(transports).RunAsync(new CreateDeltaRequest
        {
            Baseline = ImageReference.Parse($"docker://{Host}/{name}:v1"),
            Target = ImageReference.Parse($"docker://{Host}/{name}:v2"),
            OutputPath = _lab.Archive,
            Encoding = DeltaLab.Quick with { FormatVersion = 2 },
        }, EventSink.None, default);
    }

    private async Task PushAsync(MemoryImage image, string name)
    {
        var folder = $"dir:{_lab.Folder[$"pushed-{image.Digest.ShortHex}"]}";
        await new CopyImage(_lab).RunAsync(new CopyImageRequest
        {
            Source = _lab.Put(image),
            Destination = ImageReference.Parse(folder),
            Overwrite = true,
        }, EventSink.None, default);
        await SkopeoAsync("copy", "--preserve-digests", "--dest-tls-verify=false", folder, $"docker://{Host}/{name}");
    }

    private async Task<string> CopyAsync(string name, string destination, params string[] options)
    {
        await SkopeoAsync(
            ["copy", "--src-tls-verify=false", .. options, $"docker://{Host}/{name}:v1", destination]);
        return destination;
    }

    private async Task<IEnumerable<Digest>> LayersAsync(string reference)
    {
        using var transports = TransportCatalog.Create(registry.Options);
        var image = await new GetImage(transports).RunAsync(
            ImageReference.Parse(reference), Platform.Default, EventSink.None, default);
        return [.. image.Layers.Select(l => Digest.Parse(l.Digest))];
    }

    private async Task RestoreAsync(string folder, string baseline, params string[] others)
    {
        using var transports = TransportCatalog.Create(registry.Options);
        await new RestoreImage(transports).RunAsync(new RestoreImageRequest
        {
            ArchivePath = _lab.Archive,
            Baseline = ImageReference.Parse(baseline),
            AdditionalBaselines = [.. others.Select(ImageReference.Parse)],
            Destination = ImageReference.Parse($"dir:{_lab.Folder[folder]}"),
            WorkDirectory = _lab.Work,
        }, EventSink.None, default);
    }

    /// <summary>Restores, and compares every file with what the target was made of.</summary>
    private async Task AssertRestoresAsync(MemoryImage target, string baseline, params string[] others)
    {
        await RestoreAsync("restored", baseline, others);
        var folder = _lab.Folder["restored"];
        Assert.Equal(target.ManifestBytes, await File.ReadAllBytesAsync(Path.Combine(folder, "manifest.json")));
        foreach (var (digest, bytes) in target.Blobs)
            Assert.Equal(
                bytes, await File.ReadAllBytesAsync(Path.Combine(folder, digest.ToString()["sha256:".Length..])));
    }

    private static Task<string> SkopeoAsync(params string[] arguments) =>
        ExternalTool.RunAsync("skopeo", ["--insecure-policy", .. arguments]);
}
