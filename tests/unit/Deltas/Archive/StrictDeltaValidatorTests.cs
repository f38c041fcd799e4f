using System.Text;
using System.Text.Json.Nodes;
using Diffah.Engine.Compression;
using Diffah.Engine.Oci;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Archive;

/// <summary>The validator itself: it accepts what the first implementation wrote, and nothing that is broken.</summary>
public class StrictDeltaValidatorTests
{
    private static readonly Dictionary<string, Action<ArchiveDraft>> Faults = new()
    {
        ["sidecar not first"] = d => d.Assemble = (s, e) => RawTar.Write([.. e, s]),
        ["entries in another order"] = d => d.Entries.Reverse(),
        ["an entry twice"] = d => d.Entries.Add(d.Entries[^1]),
        ["an unknown entry"] = d => d.Entries.Add(new RawEntry("readme", [1])),
        ["a missing entry"] = d => d.Entries.RemoveAt(0),
        ["an entry of another mode"] = d => Edit(d, e => e with { Mode = 0b110_100_000 }),
        ["an entry of another owner"] = d => Edit(d, e => e with { Owner = 1000 }),
        ["an entry of another time"] = d => Edit(d, e => e with { Modified = 1 }),
        ["an entry of another type"] = d => Edit(d, e => e with { Type = '7' }),
        ["a link name"] = d => Edit(d, e => e with { Link = "x" }),
        ["a wrong checksum"] = d => Edit(d, e => e with { ChecksumError = 1 }),
        ["padding that is not zero"] = d => Edit(d, e => e with { PaddingByte = 1 }),
        ["a pax header without need"] = d => d.Entries.Insert(0, RawEntry.Pax(("path", d.Entries[0].Name))),
        ["a pax record that does not belong"] = d => d.Entries.Insert(0, RawEntry.Pax(("mtime", "1.5"))),
        ["one end block"] = d => d.Assemble = (s, e) => RawTar.Write([s, .. e], endBlocks: 1),
        ["three end blocks"] = d => d.Assemble = (s, e) => RawTar.Write([s, .. e], endBlocks: 3),
        ["something behind the end"] = d => d.Assemble = (s, e) => [.. RawTar.Write([s, .. e]), 1],
        ["a sidecar on one line"] = d => d.SidecarBytes = Encoding.UTF8.GetBytes(d.Sidecar.ToJsonString()),
        ["a sidecar with a byte order mark"] = d => d.SidecarBytes =
            [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(d.Sidecar.ToJsonString())],
        ["another version"] = d => d.Sidecar["version"] = "v3",
        ["version 2 without contents"] = d => d.Sidecar["version"] = "v2",
        ["an escape without need"] = d => d.SidecarBytes = Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(d.IndentedSidecar()).Replace("bundle", "b\\u0075ndle", StringComparison.Ordinal)),
        ["a number with an exponent"] = d => d.SidecarBytes = Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(d.IndentedSidecar()).Replace("\"manifest_size\": ", "\"manifest_size\": 0e0",
                StringComparison.Ordinal)),
        ["another feature"] = d => d.Sidecar["feature"] = "delta",
        ["an unknown field"] = d => d.Sidecar["note"] = "x",
        ["fields in another order"] = d => Move(d.Sidecar, "tool"),
        ["a time with an offset"] = d => d.Sidecar["created_at"] = "2024-01-02T03:04:05+01:00",
        ["no platform"] = d => d.Sidecar["platform"] = "linux",
        ["no image"] = d => d.Sidecar["images"] = new JsonArray(),
        ["two images of one name"] = d => d.Sidecar["images"]!.AsArray().Add(d.Image.DeepClone()),
        ["a name that is not allowed"] = d => d.Image["name"] = "-x",
        ["a digest in capitals"] = d => d.Baseline["manifest_digest"] = "sha256:" + new string('A', 64),
        ["a digest of an unknown algorithm"] = d => d.Baseline["manifest_digest"] = "md5:" + new string('a', 32),
        ["an unknown encoding"] = d => d.Patch.Value["encoding"] = "zip",
        ["a codec of a blob stored whole"] = d => d.FullLayer.Value["codec"] = "zstd-patch",
        ["an unknown codec"] = d => d.Patch.Value["codec"] = "bsdiff",
        ["a patch without a baseline"] = d => d.Patch.Value.Remove("patch_from_digest"),
        ["a patch from nothing the baseline has"] = d => d.Patch.Value["patch_from_digest"] = Digest.Compute([1])
            .ToString(),
        ["a patch that is not smaller"] = d => d.Patch.Value["size"] = d.Patch.Value["archive_size"]!.GetValue<long>(),
        ["a patch of another size"] = d => d.Patch.Value["size"] = d.Patch.Value["size"]!.GetValue<long>() + 1,
        ["a patch that is no frame"] = d => d.Store(d.Patch.Key, [1, 2, 3, 4, 5, 6, 7]),
        ["a patch with something behind it"] = d => d.Store(d.Patch.Key, [.. d.Content(d.Patch.Key), 0]),
        ["a patch that is cut short"] = d => d.Store(d.Patch.Key, d.Content(d.Patch.Key)[..^1]),
        ["a blob that is damaged"] = d => d.Store(d.FullLayer.Key, Bytes.Edited(d.Content(d.FullLayer.Key))),
        ["another size than archive_size"] = d => d.FullLayer.Value["archive_size"] = 1,
        ["another manifest size"] = d => d.Target["manifest_size"] = 1,
        ["another manifest type"] = d => d.Target["media_type"] = "application/json",
        ["another layer type"] = d => d.FullLayer.Value["media_type"] = "application/x-tar",
        ["a blob that belongs to no image"] = d => Sort(d, () => d.Add([1, 2, 3], "application/x-tar")),
        ["no manifest"] = d => d.Drop(d.Target["manifest_digest"]!.GetValue<string>()),
        ["a layer that is nowhere"] = d => d.Drop(d.Patch.Key),
        ["a layer that the baseline has"] = d => Sort(
            d, () => d.Add(Pairs.Mixed().Target.Layers[0], MediaTypes.OciLayer)),
    };

    public static TheoryData<string> FaultNames => [.. Faults.Keys];

    [Theory]
    [MemberData(nameof(FaultNames))]
    public async Task A_broken_archive_is_told(string fault)
    {
        using var lab = new DeltaLab { Options = DeltaLab.QuickV1 };
        var (baseline, target) = Pairs.Mixed();
        var draft = ArchiveDraft.Read(await lab.BytesAsync(baseline, target));
        Assert.Empty(Problems(draft.Write(), baseline));
        Faults[fault](draft);
        Assert.NotEmpty(Problems(draft.Write(), baseline));
    }

    [Fact]
    public async Task In_a_bundle_a_layer_may_travel_that_one_baseline_lacks_and_no_other()
    {
        using var lab = new BundleLab();
        var (kept, other) = (LayerBytes.Raw(Bytes.Random(1, 500)), LayerBytes.Raw(Bytes.Random(2, 500)));
        NamedPair[] pairs = [new("a", ImageMaker.Oci(kept), ImageMaker.Oci(kept)),
            new("b", ImageMaker.Oci(other), ImageMaker.Make(false, [kept], "b"))];
        var archive = await lab.BytesAsync(pairs);
        Assert.Empty(Problems(archive, pairs));
        Assert.NotEmpty(Problems(archive, [pairs[0], pairs[1] with { Baseline = pairs[0].Baseline }]));
        var draft = ArchiveDraft.Read(archive);
        draft.Drop(kept.Digest.ToString());
        Assert.NotEmpty(Problems(draft.Write(), pairs));
    }

    [Fact]
    public async Task In_a_bundle_a_patch_is_of_what_all_baselines_have()
    {
        using var lab = new BundleLab();
        var (text, other) = (Bytes.Random(1, 5000), LayerBytes.Raw(Bytes.Random(2, 500)));
        var (before, after) = (LayerBytes.Raw(text), LayerBytes.Raw(Bytes.Edited(text)));
        NamedPair[] pairs = [new("a", ImageMaker.Oci(before), ImageMaker.Oci(after)),
            new("b", ImageMaker.Oci(other, before), ImageMaker.Make(false, [other, after], "b"))];
        var archive = await lab.BytesAsync(pairs, DeltaLab.Quick with { FormatVersion = 1 });
        Assert.Equal(before.Digest.ToString(),
            (string?)ArchiveDraft.Read(archive).Blobs[after.Digest.ToString()]!["patch_from_digest"]);
        Assert.Empty(Problems(archive, pairs));
        Assert.NotEmpty(Problems(archive, [pairs[0], pairs[1] with { Baseline = ImageMaker.Oci(other) }]));
    }

    [SkippableTheory]
    [InlineData("v1-v2.oci.delta.tar")]
    [InlineData("v1-v2.oci.intra-off.delta.tar")]
    [InlineData("v1-v2.s2.delta.tar")]
    [InlineData("v1-v3.oci.level3.delta.tar")]
    [InlineData("v1oci-v2s2.delta.tar")]
    [InlineData("v4.oci.delta.tar")]
    [InlineData("web-v1-v2.docker.delta.tar")]
    [InlineData("web-v1-v2.oci.delta.tar")]
    [InlineData("signed.delta.tar")]
    [InlineData("signed-boxed.delta.tar")]
    [InlineData("two-services.bundle.tar")]
    public async Task What_the_first_implementation_wrote_is_valid(string name) =>
        Assert.Empty(StrictDeltaValidator.FindProblems(await File.ReadAllBytesAsync(Fixtures.Path($"deltas/{name}"))));

    [SkippableFact]
    public async Task An_archive_of_the_early_phase_is_not_valid() =>
        Assert.NotEmpty(
            StrictDeltaValidator.FindProblems(await File.ReadAllBytesAsync(Fixtures.Path("images/v1_phase1.tar"))));

    [Fact]
    public async Task Every_truncation_is_told()
    {
        using var lab = new DeltaLab { Options = DeltaLab.QuickV1 };
        var (baseline, target) = Pairs.Tiny();
        var archive = await lab.BytesAsync(baseline, target);
        Assert.All(
            Enumerable.Range(0, archive.Length), length => Assert.NotEmpty(Problems(archive[..length], baseline)));
    }

    [Theory]
    [InlineData(CompressionKind.None, false)]
    [InlineData(CompressionKind.Gzip, false)]
    [InlineData(CompressionKind.Zstd, false)]
    [InlineData(CompressionKind.None, true)]
    [InlineData(CompressionKind.Gzip, true)]
    public async Task What_is_written_is_valid(CompressionKind compression, bool docker)
    {
        using var lab = new DeltaLab { Options = DeltaLab.QuickV1 };
        var (baseline, target) = Pairs.Mixed(compression, docker);
        Assert.Empty(Problems(await lab.BytesAsync(baseline, target), baseline));
    }

    private static IReadOnlyList<string> Problems(byte[] archive, MemoryImage baseline) =>
        Problems(archive, [new NamedPair("default", baseline, baseline)]);

    private static IReadOnlyList<string> Problems(byte[] archive, IEnumerable<NamedPair> pairs) =>
        StrictDeltaValidator.FindProblems(
            archive, pairs.ToDictionary(
                p => p.Name, p => p.Baseline.Manifest.Layers.Select(l => l.Digest.ToString()).ToArray()));

    private static void Edit(ArchiveDraft draft, Func<RawEntry, RawEntry> edit) =>
        draft.Entries[0] = edit(draft.Entries[0]);

    private static void Move(JsonObject parent, string name)
    {
        var value = parent[name]!.DeepClone();
        parent.Remove(name);
        parent[name] = value;
    }

    /// <summary>
    /// Makes a change and puts blobs and entries into order again, so that nothing but the change is wrong.
    /// </summary>
    private static void Sort(ArchiveDraft draft, Action change)
    {
        change();
        draft.Entries.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        draft.Sidecar["blobs"] = new JsonObject(draft.Blobs.OrderBy(b => b.Key, StringComparer.Ordinal)
            .Select(b => KeyValuePair.Create(b.Key, b.Value?.DeepClone())));
    }
}
