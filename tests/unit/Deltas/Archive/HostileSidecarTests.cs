using System.Text;
using System.Text.Json.Nodes;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Diagnostics;
using Diffah.Tests.Deltas.Support;

namespace Diffah.Tests.Deltas.Archive;

/// <summary>Sidecars that break a rule of the format.</summary>
public class HostileSidecarTests
{
    private static readonly string Hex = new('a', 64);

    /// <summary>Changes that make a sidecar invalid.</summary>
    private static readonly Dictionary<string, Action<ArchiveDraft>> Faults = new()
    {
        ["no JSON"] = d => d.SidecarBytes = "{"u8.ToArray(),
        ["an array"] = d => d.SidecarBytes = "[]"u8.ToArray(),
        ["something behind the object"] = d => d.SidecarBytes = Encoding.UTF8.GetBytes(d.Sidecar.ToJsonString() + "{}"),
        ["a byte order mark"] = d => d.SidecarBytes =
            [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(d.Sidecar.ToJsonString())],
        ["a comment"] = d => d.SidecarBytes = Encoding.UTF8.GetBytes("/* */" + d.Sidecar.ToJsonString()),
        ["deep nesting"] = d => d.SidecarBytes = Encoding.UTF8.GetBytes(d.Sidecar.ToJsonString().Replace(
            "\"v1\"", "\"v1\",\"x\":" + new string('[', 100_000) + new string(']', 100_000), StringComparison.Ordinal)),
        ["text that is not UTF-8"] = d => d.SidecarBytes =
            [.. Encoding.UTF8.GetBytes(d.Sidecar.ToJsonString()[..^1] + ",\"x\":\""), 0xFF, (byte)'"', (byte)'}'],
        ["half a surrogate pair"] = d => Text(d, "\"default\"", "\"\\ud800\""),
        ["half a surrogate pair in a name"] = d => Text(d, "\"version\"", "\"\\udc00\":1,\"version\""),
        ["no tool's platform"] = d => d.Sidecar.Remove("platform"),
        ["a platform of one part"] = d => d.Sidecar["platform"] = "linux",
        ["a platform of many parts"] = d => d.Sidecar["platform"] = "linux/arm/v7/x",
        ["a platform that is a number"] = d => d.Sidecar["platform"] = 1,
        ["no time"] = d => d.Sidecar.Remove("created_at"),
        ["a time that is none"] = d => d.Sidecar["created_at"] = "yesterday",
        ["no blobs"] = d => d.Sidecar.Remove("blobs"),
        ["null for blobs"] = d => d.Sidecar["blobs"] = null,
        ["a list of blobs"] = d => d.Sidecar["blobs"] = new JsonArray(),
        ["a blob that is null"] = d => d.Blobs[d.Patch.Key] = null,
        ["a blob twice"] = d => Text(
            d, "\"blobs\":{", $"\"blobs\":{{\"{d.FullLayer.Key}\":{d.FullLayer.Value.ToJsonString()},"),
        ["a blob twice, once with an escape"] = d => Text(
            d, "\"blobs\":{", $"\"blobs\":{{\"\\u0073{d.FullLayer.Key[1..]}\":{d.FullLayer.Value.ToJsonString()},"),
        ["a version twice"] = d => Text(d, "\"version\":\"v1\"", "\"version\":\"v1\",\"version\":\"v1\""),
        ["a field of a blob twice"] = d => Text(
            d, "\"encoding\":\"patch\"", "\"encoding\":\"full\",\"encoding\":\"patch\""),
        ["a field of a target twice, once with an escape"] = d => Text(
            d, "\"manifest_size\":", "\"manifest_siz\\u0065\":1,\"manifest_size\":"),
        ["an unknown field twice"] = d => Text(d, "\"version\":", "\"x\":{\"y\":1,\"y\":1},\"version\":"),
        ["no images"] = d => d.Sidecar.Remove("images"),
        ["an empty list of images"] = d => d.Sidecar["images"] = new JsonArray(),
        ["a map of images"] = d => d.Sidecar["images"] = new JsonObject(),
        ["an image that is null"] = d => d.Sidecar["images"]!.AsArray().Add(null),
        ["two images of one name"] = d => d.Sidecar["images"]!.AsArray().Add(d.Image.DeepClone()),
        ["an image without a name"] = d => d.Image.Remove("name"),
        ["an image with an empty name"] = d => d.Image["name"] = "",
        ["an image with a path for a name"] = d => d.Image["name"] = "../x",
        ["an image with a line for a name"] = d => d.Image["name"] = "default\n",
        ["an image with a dash first"] = d => d.Image["name"] = "-rf",
        ["an image with a name too long"] = d => d.Image["name"] = new string('a', 300),
        ["an image with controls for a name"] = d => { d.Image["name"] = "\u001b[2J"; d.Image.Remove("target"); },
        ["an image without a baseline"] = d => d.Image.Remove("baseline"),
        ["an image without a target"] = d => d.Image.Remove("target"),
        ["a baseline without a media type"] = d => d.Baseline.Remove("media_type"),
        ["a target without a size"] = d => d.Target.Remove("manifest_size"),
        ["another manifest size"] = d => d.Target["manifest_size"] = d.Target["manifest_size"]!.GetValue<long>() + 1,
        ["a manifest that is not among the blobs"] = d => d.Target["manifest_digest"] = "sha256:" + Hex,
        ["a manifest that is a patch"] = d => MakePatch(d, d.Target["manifest_digest"]!.GetValue<string>()),
        ["an unknown encoding"] = d => d.Patch.Value["encoding"] = "zip",
        ["no encoding"] = d => d.Patch.Value.Remove("encoding"),
        ["an unknown codec"] = d => d.Patch.Value["codec"] = "bsdiff",
        ["a codec of controls"] = d => d.Patch.Value["codec"] = "\u001b[2J",
        ["a patch without a codec"] = d => d.Patch.Value.Remove("codec"),
        ["a patch from nothing"] = d => d.Patch.Value.Remove("patch_from_digest"),
        ["a whole blob with a codec"] = d => d.FullLayer.Value["codec"] = "zstd-patch",
        ["a whole blob with a baseline blob"] = d => d.FullLayer.Value["patch_from_digest"] = "sha256:" + Hex,
        ["a whole blob of another size"] =
            d => d.FullLayer.Value["size"] = d.FullLayer.Value["size"]!.GetValue<long>() + 1,
        ["a patch that is not smaller"] = d => d.Patch.Value["size"] = d.Patch.Value["archive_size"]!.GetValue<long>(),
        ["an empty patch"] = d => d.Store(d.Patch.Key, []),
        ["a negative size"] = d => d.Patch.Value["size"] = -1,
        ["a size beyond 64 bits"] = d => Text(d, "\"manifest_size\":", "\"manifest_size\":99999999999999999999"),
        ["a size beyond belief"] = d => d.Patch.Value["size"] = long.MaxValue,
        ["a size with a fraction"] = d => d.Patch.Value["size"] = 1.5,
        ["a size that is text"] = d => d.Patch.Value["size"] = "1",
        ["a size that is null"] = d => d.Patch.Value["size"] = null,
        ["no media type"] = d => d.Patch.Value.Remove("media_type"),
        ["a layer that is nowhere"] = d => d.Drop(d.Patch.Key),
        ["a configuration that is nowhere"] =
            d => d.Drop(
                d.Blobs.First(
                    b => b.Value!["media_type"]!.GetValue<string>().Contains("config", StringComparison.Ordinal)).Key),
        ["a layer of another size than the manifest says"] =
            d => d.Patch.Value["size"] = d.Patch.Value["size"]!.GetValue<long>() + 1,
        ["a patch from itself"] = d => d.Patch.Value["patch_from_digest"] = d.Patch.Key,
        ["a patch from what the baseline has not"] = d => d.Patch.Value["patch_from_digest"] = "sha256:" + Hex,
    };

    private static readonly Dictionary<string, string> BadDigests = new()
    {
        ["capitals"] = "sha256:" + Hex.ToUpperInvariant(),
        ["too short"] = "sha256:" + Hex[1..],
        ["too long"] = "sha256:a" + Hex,
        ["no algorithm"] = Hex,
        ["an unknown algorithm"] = "md5:" + Hex[..32],
        ["an algorithm in capitals"] = "SHA256:" + Hex,
        ["a path"] = "sha256:../../../../etc/passwd",
        ["controls"] = "sha256:\u001b[2J\0",
        ["a line end"] = "sha256:" + Hex + "\n",
    };

    public static TheoryData<string> FaultNames => [.. Faults.Keys];

    public static TheoryData<string> BadDigestNames => [.. BadDigests.Keys];

    [Theory]
    [MemberData(nameof(FaultNames))]
    public Task It_is_refused_and_nothing_is_left(string fault) =>
        RefusesAsync(DiffahErrors.ArchiveInvalid, Faults[fault]);

    [Theory]
    [MemberData(nameof(BadDigestNames))]
    public async Task A_bad_digest_is_refused_wherever_it_stands(string kind)
    {
        var bad = BadDigests[kind];
        await RefusesAsync(DiffahErrors.InvalidDigest, d => d.Baseline["manifest_digest"] = bad);
        await RefusesAsync(DiffahErrors.InvalidDigest, d => d.Target["manifest_digest"] = bad);
        await RefusesAsync(DiffahErrors.InvalidDigest, d => d.Patch.Value["patch_from_digest"] = bad);
        await RefusesAsync(DiffahErrors.InvalidDigest, d => d.Blobs[bad] = d.FullLayer.Value.DeepClone());
        await RefusesAsync(DiffahErrors.InvalidDigest, d => d.EditManifest(m => m["layers"]![0]!["digest"] = bad));
    }

    [Fact]
    public async Task Other_versions_and_features_are_told_from_damage()
    {
        var e = await RefusesAsync(DiffahErrors.ArchiveVersionUnknown, d => d.Sidecar["version"] = "v3");
        Assert.Contains("unknown bundle version 'v3'", e.Message, StringComparison.Ordinal);
        Assert.Contains("this build supports v1", e.Message, StringComparison.Ordinal);
        await RefusesAsync(DiffahErrors.ArchiveVersionUnknown,
            d => { d.Sidecar["version"] = "v3"; d.Sidecar.Remove("feature"); d.Sidecar.Remove("blobs"); });
        await RefusesAsync(DiffahErrors.ArchiveVersionUnknown, d => d.Sidecar.Remove("version"));
        await RefusesAsync(DiffahErrors.ArchiveVersionUnknown, d => d.Sidecar["version"] = 1);
        await RefusesAsync(DiffahErrors.ArchiveVersionUnknown, d => d.Sidecar["version"] = new string('\u001b', 5000));
        await RefusesAsync(DiffahErrors.ArchiveTooOld, d => d.Sidecar.Remove("feature"));
        await RefusesAsync(DiffahErrors.ArchiveTooOld, d => d.Sidecar["feature"] = "delta");
        await RefusesAsync(DiffahErrors.ArchiveTooOld, d => d.Sidecar["feature"] = null);
    }

    [Fact]
    public async Task Another_baseline_is_refused_with_both_digests()
    {
        using var lab = new DeltaLab { Options = DeltaLab.QuickV1 };
        var (baseline, target) = Pairs.Mixed();
        await lab.CreateAsync(baseline, target);
        var e = await lab.RestoreFailsAsync(target, DiffahErrors.BaselineMismatch);
        Assert.Equal(DiffahErrorCategory.User, e.Error.Category);
        Assert.Contains(baseline.Digest.ToString(), e.Message, StringComparison.Ordinal);
        Assert.Contains(target.Digest.ToString(), e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_that_is_missing_is_listed_before_anything_is_fetched()
    {
        using var lab = new DeltaLab { Options = DeltaLab.QuickV1 };
        var (baseline, target) = Pairs.Mixed();
        var draft = ArchiveDraft.Read(await lab.BytesAsync(baseline, target));
        var (patch, full) = (draft.Patch.Key, draft.FullLayer.Key);
        draft.Drop(patch);
        draft.Drop(full);
        await File.WriteAllBytesAsync(lab.Archive, draft.Write());
        lab.Images.ForgetCounts();
        var e = await lab.RestoreFailsAsync(baseline, DiffahErrors.ArchiveInvalid);
        Assert.Contains(patch, e.Message, StringComparison.Ordinal);
        Assert.Contains(full, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(baseline.Manifest.Layers, l => lab.Images.Opened.ContainsKey(l.Digest));
    }

    [Fact]
    public async Task Unknown_fields_are_passed_over_and_told_of_at_debug_level()
    {
        using var lab = new DeltaLab { Options = DeltaLab.QuickV1 };
        var (baseline, target) = Pairs.Mixed();
        var draft = ArchiveDraft.Read(await lab.BytesAsync(baseline, target));
        draft.Sidecar["x_root"] = new JsonObject { ["deep"] = 1 };
        draft.Patch.Value["x_blob"] = 1;
        draft.Image["x_image"] = null;
        draft.Baseline["x_baseline"] = "x";
        draft.Target["x_target\u001b"] = "x";
        await File.WriteAllBytesAsync(lab.Archive, draft.Write());
        var log = new EventLog();
        target.AssertSame(await lab.RestoreAsync(baseline, log.Sink));
        foreach (var field in (string[])["x_root", "x_blob", "x_image", "x_baseline", "x_target?"])
            Assert.Contains(log.Messages(EventLevel.Debug), m => m.Contains($"'{field}'", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Messages(EventLevel.Warning), m => m.Contains("x_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_an_archive_says_of_itself_can_not_control_a_terminal()
    {
        using var lab = new DeltaLab { Options = DeltaLab.QuickV1 };
        var (baseline, target) = Pairs.Mixed();
        var draft = ArchiveDraft.Read(await lab.BytesAsync(baseline, target));
        draft.Sidecar["tool"] = "evil\u001b[2J";
        draft.Sidecar["tool_version"] = "1\r2";
        draft.Baseline["source_hint"] = "app\n.tar\u009b";
        await File.WriteAllBytesAsync(lab.Archive, draft.Write());
        var archive = await Engine.Operations.InspectArchive.RunAsync(
            lab.Archive, EventSink.None, CancellationToken.None);
        Assert.Equal(("evil?[2J", "1?2", "app?.tar?"),
            (archive.Tool, archive.ToolVersion, archive.Images[0].BaselineSourceHint));
    }

    [Fact]
    public void A_sidecar_of_twenty_thousand_blobs_is_read()
    {
        var blobs = new StringBuilder();
        for (var i = 0; i < 20_000; i++)
            blobs.Append(System.Globalization.CultureInfo.InvariantCulture,
                $"\"sha256:{i:x64}\":{{\"size\":1,\"media_type\":\"x\",\"encoding\":\"full\",\"archive_size\":1}},");
        var target = $"\"target\":{{\"manifest_digest\":\"sha256:{0:x64}\",\"manifest_size\":1,\"media_type\":\"m\"}}";
        var text =
            $"{{\"version\":\"v1\",\"feature\":\"bundle\",\"created_at\":\"2024-01-02T03:04:05Z\",\"platform\":\"linux/amd64\",\"blobs\":{{{blobs.ToString().TrimEnd(',')}}},"
                + $"\"images\":[{{\"name\":\"default\",\"baseline\":{{\"manifest_digest\":\"sha256:{0:x64}\",\"media_type\":\"m\"}},{target}}}]}}";
        Assert.Equal(20_000, Sidecars.Read(Encoding.UTF8.GetBytes(text), EventSink.None).Blobs.Count);
    }

    private static async Task<DiffahException> RefusesAsync(DiffahError expected, Action<ArchiveDraft> change)
    {
        using var lab = new DeltaLab { Options = DeltaLab.QuickV1 };
        var (baseline, target) = Pairs.Mixed();
        var draft = ArchiveDraft.Read(await lab.BytesAsync(baseline, target));
        change(draft);
        await File.WriteAllBytesAsync(lab.Archive, draft.Write());
        var e = await lab.RestoreFailsAsync(baseline, expected);
        Assert.Equal(DiffahErrorCategory.Content, e.Error.Category);
        Assert.True(e.Message.Length < 2000);
        return e;
    }

    private static void Text(ArchiveDraft draft, string old, string replacement)
    {
        var text = draft.Sidecar.ToJsonString();
        Assert.Contains(old, text, StringComparison.Ordinal);
        draft.SidecarBytes = Encoding.UTF8.GetBytes(text.Replace(old, replacement, StringComparison.Ordinal));
    }

    private static void MakePatch(ArchiveDraft draft, string digest)
    {
        var blob = draft.Blobs[digest]!.AsObject();
        (blob["encoding"], blob["codec"],
            blob["patch_from_digest"]) = ("patch", "zstd-patch", draft.Patch.Value["patch_from_digest"]!.DeepClone());
        draft.Store(digest, [1, 2, 3]);
    }
}
