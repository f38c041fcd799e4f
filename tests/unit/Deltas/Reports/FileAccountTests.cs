using Diffah.Engine.Compression;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Reports;

/// <summary>What inspection says of layers that are made of contents: files, sources, bytes by kind, reasons.</summary>
public sealed class FileAccountTests : IDisposable
{
    private static readonly EncodingOptions Options = DeltaLab.Quick with { FormatVersion = 2 };
    private static readonly byte[] Same = Bytes.Text(1, 7000);
    private static readonly byte[] Program = Bytes.Text(2, 50_000);
    private static readonly byte[] Library = Bytes.Random(3, 40_000);
    private static readonly byte[] Fresh = Bytes.Random(4, 30_000);

    private static readonly LayerBytes Kept = LayerBytes.Tar(("etc/kept", Bytes.Text(5, 900)));

    private static readonly LayerBytes Before = LayerBytes.Tar(
        ("etc/same", Same), ("bin/program", Program), ("lib/old-name", Library), ("var/empty", []),
        ("gone", Same[1..]));

    private static readonly LayerBytes After = LayerBytes.Tar(
        ("etc/same", Same), ("bin/program", Bytes.Edited(Program)), ("lib/new-name", Library), ("var/empty", []),
        ("var/none", []), ("opt/fresh", Fresh), ("opt/twin", Fresh));

    private static readonly LayerBytes Old = Before.As(CompressionKind.Gzip);
    private static readonly LayerBytes New = After.As(CompressionKind.Gzip);

    private readonly DeltaLab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task Each_file_is_of_the_kind_that_it_was_made()
    {
        var layer = await LayerAsync(ImageMaker.Oci(Old), ImageMaker.Oci(New));
        Assert.Equal(
            [
                ("New", "opt/fresh", 30_000L, null), ("Patched", "bin/program", 50_000L, null),
                ("Moved", "lib/new-name", 40_000L, "lib/old-name"), ("New", "var/none", 0L, null),
                ("Repeated", "opt/twin", 30_000L, "opt/fresh"),
            ],
            layer.Files.Select(f => (f.Kind, f.Path, f.TargetSize, f.From)));
        // Random bytes do not shrink, and an edited text takes little.
        Assert.InRange(layer.Files[0].ArchiveSize, 29_900, 30_200);
        Assert.InRange(layer.Files[1].ArchiveSize, 1, 2000);
        Assert.All(layer.Files[2..], f => Assert.Equal(0, f.ArchiveSize));
    }

    [Fact]
    public async Task Bytes_by_kind_are_all_of_the_layer_in_the_image_and_in_the_archive()
    {
        var layer = await LayerAsync(ImageMaker.Oci(Old), ImageMaker.Oci(New));
        Assert.Equal(
            [("Unchanged", 2L, 7000L), ("Moved", 1L, 40_000L), ("Repeated", 1L, 30_000L), ("Patched", 1L, 50_000L),
                ("New", 2L, 30_000L), ("Structure", 0L, After.Stored.Length - 157_000L)],
            layer.Bytes[..^1].Select(b => (b.Kind, b.Files, b.TargetSize)));
        Assert.Equal(("Recipe", 0L), (layer.Bytes[^1].Kind, layer.Bytes[^1].TargetSize));
        Assert.Equal(layer.ArchiveSize, layer.Bytes.Sum(b => b.ArchiveSize));
        Assert.All(layer.Bytes.Where(b => b.Kind is "Patched" or "New"), b => Assert.Equal(
            layer.Files.Where(f => f.Kind == b.Kind).Sum(f => f.ArchiveSize), b.ArchiveSize));
        Assert.True(layer.Bytes.Single(b => b.Kind == "Structure").ArchiveSize > 0);
        Assert.Equal([(Before.DiffId.ToString(), (long)Before.Stored.Length)],
            layer.Sources.Select(s => (s.Digest, s.Size)));
        Assert.Equal((After.DiffId.ToString(), null), (layer.ContentDigest, layer.Fallback));
    }

    [Fact]
    public async Task A_layer_of_GNU_tar_has_the_files_that_GNU_tar_lists()
    {
        var folder = _lab.Folder["tree"];
        Directory.CreateDirectory($"{folder}/usr/share/{new string('n', 95)}");
        File.WriteAllText($"{folder}/usr/share/{new string('n', 95)}/a long name", "long");
        File.WriteAllText($"{folder}/usr/\u00e9\"\\", "odd");
        File.WriteAllText($"{folder}/empty", "");
        File.CreateSymbolicLink($"{folder}/link", "empty");
        foreach (var format in new[] { "gnu", "pax", "ustar" })
        {
            var path = _lab.Folder[$"{format}.tar"];
            await ExternalTool.RunAsync("tar", $"--format={format}", "-cf", path, "-C", folder, ".");
            var listing = await ExternalTool.RunAsync("tar", "--quoting-style=literal", "-tf", path);
            var layer = await LayerAsync(
                ImageMaker.Oci(Kept), ImageMaker.Oci(LayerBytes.Raw(await File.ReadAllBytesAsync(path))));
            Assert.Equal(
                listing.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    .Where(n => n is not "./link" && !n.EndsWith('/')).Select(n => n[2..])
                    .Order(StringComparer.Ordinal),
                layer.Files.Select(f => f.Path).Order(StringComparer.Ordinal));
            File.Delete(path);
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task What_is_no_tar_has_no_files_and_all_its_bytes()
    {
        var layer = await LayerAsync(
            ImageMaker.Oci(LayerBytes.Raw(Program)), ImageMaker.Oci(LayerBytes.Raw(Bytes.Edited(Program))));
        Assert.Empty(layer.Files);
        Assert.Equal([("Structure", 50_000L, layer.ArchiveSize)],
            layer.Bytes.Select(b => (b.Kind, b.TargetSize, b.ArchiveSize)));
    }

    [Fact]
    public async Task Any_number_of_workers_gives_the_same_archive()
    {
        var (baseline, target) = (ImageMaker.Oci(Kept, Old), ImageMaker.Oci(Kept, New));
        Assert.Equal(await _lab.BytesAsync(baseline, target, Options with { Workers = 1 }),
            await _lab.BytesAsync(baseline, target, Options with { Workers = 7 }));
    }

    [Theory]
    [InlineData("gzip", "GNU gzip level 9", "-9", "-n")]
    [InlineData("gzip", "GNU gzip level 1", "-1", "-n")]
    [InlineData("pigz", "pigz level 6", "-6", "-n")]
    public async Task The_encoder_of_a_layer_is_named(string tool, string name, params string[] arguments)
    {
        // Long enough that encoders differ.
        var long1 = LayerBytes.Tar(("a", Bytes.Text(8, 700_000)));
        var path = _lab.Folder["layer.tar"];
        await File.WriteAllBytesAsync(path, long1.Stored);
        await ExternalTool.RunAsync(tool, [.. arguments, path]);
        var stored = long1 with
        {
            Compression = CompressionKind.Gzip,
            Stored = await File.ReadAllBytesAsync($"{path}.gz"),
        };
        File.Delete($"{path}.gz");
        var layer = await LayerAsync(
            ImageMaker.Oci(LayerBytes.Tar(("a", Bytes.Edited(Bytes.Text(8, 700_000))))), ImageMaker.Oci(stored));
        Assert.Equal(name, layer.Encoder);
        var recipe = layer.Bytes.Single(b => b.Kind == "Recipe");
        Assert.InRange(recipe.ArchiveSize, 1, 2000);
        Assert.Equal(layer.ArchiveSize, layer.Bytes.Sum(b => b.ArchiveSize));
    }

    [Fact]
    public async Task A_layer_says_why_it_does_not_travel_as_its_content()
    {
        var layer = await LayerAsync(ImageMaker.Oci(Before), ImageMaker.Oci(await After.AsBzip2Async()));
        Assert.Equal("no_recipe", layer.Fallback);
        Assert.Contains("bzip2", layer.FallbackDetail, StringComparison.Ordinal);
        layer = await LayerAsync(
            ImageMaker.Oci(Before), ImageMaker.Oci(After), Options with { IntraLayer = IntraLayerMode.Off });
        Assert.Equal(("patching_off", "patching is off"), (layer.Fallback, layer.FallbackDetail));
        Assert.Equal([("New", layer.TargetSize, layer.TargetSize)],
            layer.Bytes.Select(b => (b.Kind, b.TargetSize, b.ArchiveSize)));
        layer = await LayerAsync(ImageMaker.Oci(), ImageMaker.Oci(After));
        Assert.Equal("no_baseline", layer.Fallback);
        // Nothing is smaller than a few random bytes.
        layer = await LayerAsync(ImageMaker.Oci(Kept), ImageMaker.Oci(LayerBytes.Raw(Bytes.Random(9, 30))));
        Assert.Equal("smaller", layer.Fallback);
        Assert.Equal("Full", layer.Encoding);
    }

    [Fact]
    public async Task An_image_says_what_a_restore_reads_of_the_baseline()
    {
        var (kept, before) = (Kept.As(CompressionKind.Gzip), Before.As(CompressionKind.Zstd));
        await _lab.CreateAsync(ImageMaker.Oci(kept, before), ImageMaker.Oci(kept, New), Options);
        var image = (await InspectAsync()).Images[0];
        Assert.Equal([Before.DiffId.ToString()], image.BaselineReads.ToArray());
        Assert.Equal(before.Stored.Length, image.BaselineReadBytes);
        // The same content, compressed otherwise, is read as well.
        await _lab.CreateAsync(ImageMaker.Oci(kept, Before.As(CompressionKind.Gzip)), ImageMaker.Oci(Before), Options);
        image = (await InspectAsync()).Images[0];
        Assert.Equal([Before.DiffId.ToString()], image.BaselineReads.ToArray());
        Assert.Equal(Before.As(CompressionKind.Gzip).Stored.Length, image.BaselineReadBytes);
        Assert.Equal(["Reused"], image.Layers[0].Bytes.Select(b => b.Kind));
        await _lab.CreateAsync(ImageMaker.Oci(kept), ImageMaker.Oci(kept), Options);
        Assert.Equal(0, (await InspectAsync()).Images[0].BaselineReadBytes);
    }

    [Fact]
    public async Task Version_1_has_bytes_by_kind_and_no_files()
    {
        var (baseline, target) = Pairs.Mixed();
        var archive = await _lab.CreateAsync(baseline, target, DeltaLab.Quick with { FormatVersion = 1 });
        Assert.Equal(0, archive.AccountBytes);
        var image = archive.Images[0];
        Assert.Equal(["Reused", "Patched", "New"], image.Layers.Select(l => Assert.Single(l.Bytes).Kind));
        Assert.All(image.Layers, l => Assert.Equal(
            (l.TargetSize, l.ArchiveSize), (l.Bytes[0].TargetSize, l.Bytes[0].ArchiveSize)));
        Assert.All(image.Layers, l => Assert.Empty(l.Files));
        Assert.All(image.Layers, l => Assert.Null(l.Fallback));
        Assert.Equal([image.Layers[1].PatchFrom!], image.BaselineReads.ToArray());
        Assert.Null(image.BaselineReadBytes);
    }

    [Fact]
    public async Task A_plan_knows_the_bytes_by_kind_and_its_bound_holds()
    {
        var (baseline, target) = (ImageMaker.Oci(Kept, Old), ImageMaker.Oci(Kept, New));
        var plan = await new CreateDelta(_lab.Images).PlanAsync(
            _lab.CreateRequest(baseline, target, Options), EventSink.None, CancellationToken.None);
        var made = await _lab.CreateAsync(baseline, target, Options);
        Assert.Equal(made.Images[0].Layers[1].Bytes[..^1].AsEnumerable(), plan.Images[0].Blobs[^1].Bytes);
        Assert.True(made.ArchiveBytes <= plan.EstimatedArchiveBytes);
        plan = await new CreateDelta(_lab.Images).PlanAsync(
            _lab.CreateRequest(baseline, ImageMaker.Oci(await After.AsBzip2Async()), Options), EventSink.None,
            CancellationToken.None);
        Assert.Equal("no_recipe", plan.Images[0].Blobs[^1].Fallback);
    }

    [Fact]
    public async Task Making_says_what_inspection_says()
    {
        var made = await _lab.CreateAsync(ImageMaker.Oci(Kept, Old), ImageMaker.Oci(Kept, New), Options);
        Assert.Equivalent(made, await InspectAsync(), strict: true);
        Assert.Equal(made.Images[0].Layers.Sum(l => l.ArchiveSize), made.PatchBytes);
        Assert.InRange(made.AccountBytes, 1, 500);
    }

    private async Task<DeltaArchiveLayer> LayerAsync(
        MemoryImage baseline, MemoryImage target, EncodingOptions? options = null)
    {
        await _lab.CreateAsync(baseline, target, options ?? Options);
        return (await InspectAsync()).Images[0].Layers[^1];
    }

    private Task<DeltaArchive> InspectAsync() =>
        InspectArchive.RunAsync(_lab.Archive, EventSink.None, CancellationToken.None);
}
