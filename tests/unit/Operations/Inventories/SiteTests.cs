using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Diffah.Engine.Compression;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Operations.Inventories;

/// <summary>A site lists what it has, and one bundle brings it up to date, and no other site by mistake.</summary>
public sealed class SiteTests : IDisposable
{
    private static readonly LayerBytes Base =
        LayerBytes.Tar(("etc/base", Bytes.Text(1, 9000))).As(CompressionKind.Gzip);
    private static readonly byte[] Program = Bytes.Random(2, 60_000);
    private static readonly LayerBytes One = LayerBytes.Tar(("bin/app", Program)).As(CompressionKind.Gzip);
    private static readonly LayerBytes Two =
        LayerBytes.Tar(("bin/app", Bytes.Edited(Program))).As(CompressionKind.Gzip);

    private readonly DeltaLab _lab = new();
    private readonly EventLog _log = new();
    private readonly MemoryImage _base = ImageMaker.Oci(Base);
    private readonly MemoryImage _v1 = ImageMaker.Oci(Base, One);
    private readonly MemoryImage _v2 = ImageMaker.Oci(Base, Two);

    private string Inventory => _lab.Folder["site.json"];

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task An_inventory_is_the_same_each_time_and_says_digests_alone()
    {
        var exported = await ExportAsync([("v1", _v1), ("base", _base)]);
        var bytes = await File.ReadAllBytesAsync(Inventory);
        await ExportAsync([("base", _base), ("v1", _v1)]);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Inventory));
        Assert.Equal(Digest.Compute(bytes).ToString(), exported.Digest);
        var json = JsonNode.Parse(bytes)!;
        Assert.Equal(1, (int)json["diffah_inventory"]!);
        Assert.Equal("2024-01-02T03:04:05Z", (string)json["created_at"]!);
        var image = json["images"]![1]!;
        Assert.Equal("oci:v1", (string)image["name"]!);
        Assert.Equal(_v1.Digest.ToString(), (string)image["manifest"]!["digest"]!);
        Assert.Equal(_v1.Manifest.Config.Digest.ToString(), (string)image["config"]!["digest"]!);
        Assert.Equal(_v1.Manifest.Layers.Select(l => (l.Digest.ToString(), l.Size)),
            image["layers"]!.AsArray().Select(l => ((string)l!["digest"]!, (long)l["size"]!)));
        Assert.Equal([Base.DiffId.ToString(), One.DiffId.ToString()],
            image["layers"]!.AsArray().Select(l => (string)l!["diff_id"]!));
        Assert.DoesNotContain("/memory", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        Assert.Null(json["files"]);
    }

    [Fact]
    public async Task Files_are_listed_by_their_contents()
    {
        var exported = await ExportAsync([("v1", _v1)], includeFiles: true);
        Assert.Equal(2, exported.FileCount);
        var files = JsonNode.Parse(await File.ReadAllBytesAsync(Inventory))!["files"]!.AsObject();
        Assert.Equal(Program.Length, (long)files[Digest.Compute(Program).ToString()]!);
        Assert.Equal(9000, (long)files[Digest.Compute(Bytes.Text(1, 9000)).ToString()]!);
    }

    [Fact]
    public async Task One_bundle_brings_the_site_up_to_date_by_patches()
    {
        await ExportAsync([("base", _base), ("app:v1", _v1)]);
        var other = ImageMaker.Oci(Base, LayerBytes.Tar(("srv/new", Bytes.Random(7, 500))));
        var archive = await BundleAsync([("app", _v2), ("other", other), ("same", _base)], [("mine", _v1)]);
        Assert.Equal("same", Assert.Single(archive.LeftOut));
        Assert.Equal(["app", "other"], archive.Images.Select(i => i.Name));
        Assert.Equal(["oci:app:v1", "oci:app:v1"], archive.Images.Select(i => i.BaselineSourceHint));
        Assert.True(archive.ArchiveBytes < 20_000);
        Assert.Equal(Digest.Compute(await File.ReadAllBytesAsync(Inventory)).ToString(), archive.Since!.Inventory);
        Assert.Equal(DeltaLab.Time, archive.Since.CreatedAt);
        var read = await InspectArchive.RunAsync(_lab.Archive, EventSink.None, default);
        Assert.Equal(archive.Since, read.Since);
        await RestoreAsync("app", _v1, _v2);
        await RestoreAsync("other", _v1, other);
    }

    [Fact]
    public async Task Without_data_on_this_side_what_the_site_has_is_left_out()
    {
        await ExportAsync([("base", _base), ("app:v1", _v1)]);
        var archive = await BundleAsync([("app", _v2)], []);
        var layers = archive.Images[0].Layers.ToDictionary(l => l.Digest);
        Assert.Equal("Reuse", layers[Base.Digest.ToString()].Encoding);
        Assert.Equal("Full", layers[Two.Digest.ToString()].Encoding);
        Assert.Contains(_log.Messages(EventLevel.Info),
            m => m.Contains("BaselineSource", StringComparison.Ordinal));
        await RestoreAsync("app", _v1, _v2);
    }

    [Fact]
    public async Task A_site_with_the_image_in_another_form_is_served_by_its_image_id()
    {
        // A store that keeps layers plain has other manifests and blobs; the configuration is the same.
        var plain = Plain(_v1, Base, One);
        await ExportAsync([("app:v1", plain)]);
        var archive = await BundleAsync([("app", _v2)], [("mine", _v1)]);
        Assert.Equal(_v1.Digest.ToString(), archive.Images[0].BaselineManifestDigest);
        await RestoreAsync("app", plain, _v2);
    }

    [Fact]
    public async Task Where_the_site_has_all_there_is_nothing_to_send()
    {
        await ExportAsync([("base", _base), ("app:v1", _v1)]);
        var e = await Errors.ThrowsAsync(
            DiffahErrors.NothingNew, () => BundleAsync([("a", _v1), ("b", Plain(_v1, Base, One))], []));
        Assert.Contains("a, b", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_lab.Archive));
    }

    [Fact]
    public async Task The_wrong_base_is_refused_by_the_inventory_s_name()
    {
        await ExportAsync([("app:v1", _v1)]);
        var archive = await BundleAsync([("app", _v2)], [("mine", _v1)]);
        var e = await Errors.ThrowsAsync(DiffahErrors.BaselineMismatch, () => RestoreAsync(
            "app", ImageMaker.Oci(LayerBytes.Tar(("x", [1]))), _v2));
        Assert.Contains($"since the inventory {archive.Since!.Inventory} of 2024-01-02 03:04:05 UTC", e.Message,
            StringComparison.Ordinal);
        Assert.Contains("Export-DiffahInventory", e.NextAction, StringComparison.Ordinal);
        Assert.Null(_lab.Images.Find("restored"));
    }

    [Fact]
    public async Task Archives_for_no_inventory_do_not_speak_of_one()
    {
        var archive = await _lab.CreateAsync(_v1, _v2);
        Assert.Null(archive.Since);
        Assert.DoesNotContain("since", Encoding.UTF8.GetString(await File.ReadAllBytesAsync(_lab.Archive))[..4000],
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bundles_need_a_baseline_or_an_inventory()
    {
        var e = await Errors.ThrowsAsync(DiffahErrors.InvalidArgument, () => new CreateBundle(_lab.Images).RunAsync(
            Request([("app", _v2)], []) with { SincePath = null }, EventSink.None, default));
        Assert.Contains("'app' has no baseline", e.Message, StringComparison.Ordinal);
        await Errors.ThrowsAsync(DiffahErrors.FileNotFound, () => BundleAsync([("app", _v2)], []));
        await ExportAsync([("app:v1", _v1)]);
        await Errors.ThrowsAsync(DiffahErrors.InvalidArgument, () => new CreateBundle(_lab.Images).RunAsync(
            Request([("app", _v2)], []) with { Encoding = DeltaLab.QuickV1 }, EventSink.None, default));
    }

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("[]", "no field diffah_inventory")]
    [InlineData("{}", "no field diffah_inventory")]
    [InlineData("""{"diffah_inventory":2}""", "a version that this build does not read")]
    [InlineData("""{"diffah_inventory":1,"diffah_inventory":1}""", "not valid JSON")]
    [InlineData("""{"diffah_inventory":1}""", "created_at is missing")]
    [InlineData("""{"diffah_inventory":1,"created_at":"yesterday","images":[]}""", "created_at is no time")]
    [InlineData("""{"diffah_inventory":1,"created_at":"T","images":{}}""", "images is no list")]
    [InlineData("""{"diffah_inventory":1,"created_at":"T","images":[7]}""", "images[0].manifest is no object")]
    [InlineData("""{"diffah_inventory":1,"created_at":"T","images":[{"manifest":{"media_type":"text/plain"}}]}""",
        "images[0].manifest is not of an image")]
    [InlineData("""{"diffah_inventory":1,"created_at":"T","images":[],"files":{"../x":1}}""", "which is no digest")]
    [InlineData("""{"diffah_inventory":1,"created_at":"T","images":[],"files":{"D":-1}}""", "no number of bytes")]
    [InlineData("""{"diffah_inventory":1,"created_at":"T","images":[],"files":{"D":1e300}}""", "no number of bytes")]
    [InlineData("""{"diffah_inventory":1,"created_at":"T","images":[{"name":"\ud800"}]}""", "not valid JSON")]
    public async Task What_is_no_inventory_is_refused(string text, string why)
    {
        await File.WriteAllTextAsync(Inventory, text
            .Replace("\"T\"", "\"2024-01-02T03:04:05Z\"", StringComparison.Ordinal)
            .Replace("\"D\"", $"\"{Digest.Compute([])}\"", StringComparison.Ordinal));
        var e = await Errors.ThrowsAsync(DiffahErrors.InventoryInvalid, () => BundleAsync([("app", _v2)], []));
        Assert.Contains(why, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_cut_of_an_inventory_is_refused_and_each_changed_byte_at_the_most_makes_another()
    {
        await ExportAsync([("app:v1", _v1)]);
        var whole = await File.ReadAllBytesAsync(Inventory);
        for (var length = 0; length < whole.Length - 2; length += 37)
        {
            await File.WriteAllBytesAsync(Inventory, whole[..length]);
            await Errors.ThrowsAsync(DiffahErrors.InventoryInvalid, () => BundleAsync([("app", _v2)], []));
        }
    }

    [Fact]
    public async Task An_inventory_of_nothing_for_the_platform_says_so()
    {
        await ExportAsync([]);
        var e = await Errors.ThrowsAsync(DiffahErrors.InvalidArgument, () => BundleAsync([("app", _v2)], []));
        Assert.Contains("lists no image", e.Message, StringComparison.Ordinal);
    }

    // The same configuration over plain layers.
    private static MemoryImage Plain(MemoryImage image, params LayerBytes[] layers)
    {
        var plain = layers.Select(l => LayerBytes.Raw(Unzipped(l.Stored))).ToArray();
        var config = image.Manifest.Config;
        var raw = ManifestBytes.Oci(config, plain.Select(
            l => new Descriptor("application/vnd.oci.image.layer.v1.tar", l.Digest, l.Stored.Length)), null);
        return new MemoryImage(raw.Bytes.ToArray(), raw.MediaType, plain
            .ToImmutableDictionary(l => l.Digest, l => l.Stored).Add(config.Digest, image.Blobs[config.Digest]));
    }

    private static byte[] Unzipped(byte[] stored)
    {
        using var content = new MemoryStream();
        using var gzip = new GZipStream(new MemoryStream(stored), CompressionMode.Decompress);
        gzip.CopyTo(content);
        return content.ToArray();
    }

    private async Task<ExportedInventory> ExportAsync(
        (string Name, MemoryImage Image)[] images, bool includeFiles = false)
    {
        if (images.Length == 0)
        {
            await File.WriteAllTextAsync(Inventory,
                """{"diffah_inventory":1,"created_at":"2024-01-02T03:04:05Z","images":[],"later":{"new":true}}""");
            return null!;
        }
        return await new ExportInventory(_lab.Images).RunAsync(new ExportInventoryRequest
        {
            Places = [.. images.Select(i => InventoryPlace.Parse(_lab.Images.Put(i.Name, i.Image).ToString()))],
            OutputPath = Inventory,
            IncludeFiles = includeFiles,
            Overwrite = true,
            WorkDirectory = _lab.Work,
            CreatedAt = DeltaLab.Time,
        }, EventSink.None, default);
    }

    private CreateBundleRequest Request(
        (string Name, MemoryImage Image)[] targets, (string Name, MemoryImage Image)[] sources) => new()
        {
            Pairs = [.. targets.Select(t => new DeltaPair(t.Name, null, _lab.Images.Put($"target-{t.Name}", t.Image)))],
            SincePath = Inventory,
            BaselineSources = [.. sources.Select(s => _lab.Images.Put(s.Name, s.Image))],
            OutputPath = _lab.Archive,
            Overwrite = true,
            Encoding = DeltaLab.Quick,
            WorkDirectory = _lab.Work,
            CreatedAt = DeltaLab.Time,
        };

    private Task<DeltaArchive> BundleAsync(
        (string Name, MemoryImage Image)[] targets, (string Name, MemoryImage Image)[] sources) =>
        new CreateBundle(_lab.Images).RunAsync(Request(targets, sources), _log.Sink, default);

    private async Task RestoreAsync(string name, MemoryImage baseline, MemoryImage target)
    {
        _lab.Images.Remove("restored");
        var there = _lab.Images.Put("at-the-site", baseline);
        await new RestoreImage(_lab.Images).RunAsync(new RestoreImageRequest
        {
            ArchivePath = _lab.Archive,
            ImageName = name,
            Baseline = there,
            Destination = InMemoryTransport.Reference("restored"),
            WorkDirectory = _lab.Work,
        }, EventSink.None, default);
        target.AssertSame(_lab.Images.Find("restored")!);
    }
}
