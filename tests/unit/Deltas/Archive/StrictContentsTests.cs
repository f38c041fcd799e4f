using System.Text.Json.Nodes;
using Diffah.Engine.Compression;
using Diffah.Engine.Oci;
using Diffah.Tests.Deltas.Support;

namespace Diffah.Tests.Deltas.Archive;

/// <summary>The validator's rules of version 2: what is written keeps them, and each that is broken is told.</summary>
public class StrictContentsTests
{
    private static readonly string Unknown = Digest.Compute([1, 2, 3]).ToString();

    private static readonly Dictionary<string, Action<ArchiveDraft>> Faults = new()
    {
        ["version 1 with contents"] = d => d.Sidecar["version"] = "v1",
        ["no contents"] = d => d.Sidecar.Remove("contents"),
        ["no reused layers"] = d => d.Sidecar.Remove("reused"),
        ["contents that are a list"] = d => d.Sidecar["contents"] = new JsonArray(),
        ["a content of an unknown algorithm"] = d => Rename(Contents(d), "md5:" + new string('a', 32)),
        ["a content of another codec"] = d => First(Contents(d))["codec"] = "zstd-patch",
        ["a content without size"] = d => First(Contents(d)).Remove("size"),
        ["a content with fields in another order"] = d => Turn(First(Contents(d))),
        ["a content that is made of itself"] = d => Sources(d).Add(Contents(d).First().Key),
        ["a source twice"] = d => Sources(d).Add(Sources(d)[0]!.DeepClone()),
        ["a source that is no digest"] = d => Sources(d).Add("sha256:abc"),
        ["a source that is a number"] = d => Sources(d).Add(7),
        ["1025 sources"] = d => AddSources(d, 1025),
        ["a content without patch"] = d => First(Contents(d))["archive_size"] = 0,
        ["a patch of another length"] = d => First(Contents(d))["archive_size"] = 1 +
            First(Contents(d))["archive_size"]!.GetValue<int>(),
        ["a content that nothing is made of"] = d => Contents(d)[Unknown] = First(Contents(d)).DeepClone(),
        ["a content without entry"] = d => d.Entries.RemoveAll(e => e.Name.StartsWith("contents/", default)),
        ["a content's entry among the blobs"] = d => RenameEntry(d, "contents/", "blobs/"),
        ["an account of another digest"] = d => Account(d)["digest"] = Unknown,
        ["an account of another size"] = d => Account(d)["archive_size"] = 1,
        ["an account with a field more"] = d => Account(d)["size"] = 1,
        ["a layer that says half of why"] = d => First(d.Blobs)["fallback"] = "smaller",
        ["a blob of no content"] = d => Made(d)["content"] = "none",
        ["a blob with archive_size"] = d => Made(d)["archive_size"] = 10,
        ["a blob without media type"] = d => Made(d)["media_type"] = "",
        ["an unknown wrapping"] = d => Wrapping(d)["kind"] = "lzma",
        ["a plain wrapping with a recipe"] = d => Wrapping(d)["kind"] = "plain",
        ["a plain blob with another digest"] = d => Made(d)["wrapping"] = new JsonObject { ["kind"] = "plain" },
        ["a recipe that is no base64"] = d => Wrapping(d)["recipe"] = "====",
        ["a recipe in another form of base64"] = d => Wrapping(d)["recipe"] = "QUI\n=",
        ["a recipe with bits that mean nothing"] = d => Wrapping(d)["recipe"] = "QUJ=",
        ["an empty recipe"] = d => Wrapping(d)["recipe"] = "",
        ["a recipe of 1025 bytes"] = d => Wrapping(d)["recipe"] = Convert.ToBase64String(new byte[1025]),
        ["two recipes"] = d => Wrapping(d)["recipe_size"] = 5,
        ["no recipe"] = d => Wrapping(d).Remove("recipe"),
        ["a recipe without bytes"] = d => Made(d)["wrapping"] = Stored(0),
        ["a recipe without entry"] = d => Made(d)["wrapping"] = Stored(5),
        ["a reused layer that travels"] = d => Reused(d)[d.Blobs.First(
            b => b.Value!["encoding"]!.GetValue<string>() == "content").Key] = First(Reused(d)).DeepClone(),
        ["a reused layer of no image"] = d => Rename(Reused(d), Unknown),
        ["a reused layer without content"] = d => First(Reused(d)).Remove("content"),
        ["a reused layer with a media type"] = d => First(Reused(d))["media_type"] = MediaTypes.OciLayer,
        ["a reused layer without size"] = d => First(Reused(d))["size"] = -1,
        ["a manifest that is made of a content"] = d =>
            d.Blobs[d.Target["manifest_digest"]!.GetValue<string>()] = Made(d).DeepClone(),
    };

    public static TheoryData<string> FaultNames => [.. Faults.Keys];

    [Theory]
    [MemberData(nameof(FaultNames))]
    public async Task A_broken_archive_is_told(string fault)
    {
        using var lab = new DeltaLab();
        var (baseline, target) = ContentPairs.Gzip();
        var draft = ArchiveDraft.Read(
            await lab.BytesAsync(baseline, target, DeltaLab.Quick with { FormatVersion = 2 }));
        StrictDeltaValidator.AssertValid(draft.Write(), baseline);
        Faults[fault](draft);
        Assert.NotEmpty(StrictDeltaValidator.FindProblems(draft.Write()));
    }

    [Theory]
    [InlineData(CompressionKind.None, false)]
    [InlineData(CompressionKind.Gzip, false)]
    [InlineData(CompressionKind.Zstd, false)]
    [InlineData(CompressionKind.None, true)]
    [InlineData(CompressionKind.Gzip, true)]
    public async Task What_is_written_is_valid(CompressionKind compression, bool docker)
    {
        using var lab = new DeltaLab();
        var (baseline, target) = Pairs.Mixed(compression, docker);
        StrictDeltaValidator.AssertValid(
            await lab.BytesAsync(baseline, target, DeltaLab.Quick with { FormatVersion = 2 }), baseline);
    }

    private static JsonObject Contents(ArchiveDraft draft) => draft.Sidecar["contents"]!.AsObject();

    private static JsonObject Reused(ArchiveDraft draft) => draft.Sidecar["reused"]!.AsObject();

    private static JsonObject First(JsonObject all) => all.First().Value!.AsObject();

    private static JsonObject Account(ArchiveDraft draft) => draft.Sidecar["files"]!.AsObject();

    private static void RenameEntry(ArchiveDraft draft, string folder, string to)
    {
        var index = draft.Entries.FindIndex(e => e.Name.StartsWith(folder, StringComparison.Ordinal));
        draft.Entries[index] = draft.Entries[index] with { Name = to + draft.Entries[index].Name[folder.Length..] };
    }

    private static JsonArray Sources(ArchiveDraft draft) => First(Contents(draft))["sources"]!.AsArray();

    private static JsonObject Made(ArchiveDraft draft) => draft.Blobs.Select(b => b.Value!.AsObject())
        .First(b => b["encoding"]!.GetValue<string>() == "content");

    private static JsonObject Wrapping(ArchiveDraft draft) => Made(draft)["wrapping"]!.AsObject();

    private static JsonObject Stored(int size) => new() { ["kind"] = "gzip", ["recipe_size"] = size };

    private static void Rename(JsonObject all, string name)
    {
        var (old, value) = all.First();
        all.Remove(old);
        all[name] = value;
    }

    private static void Turn(JsonObject all)
    {
        foreach (var (name, value) in all.Reverse().ToArray())
        {
            all.Remove(name);
            all[name] = value;
        }
    }

    private static void AddSources(ArchiveDraft draft, int count)
    {
        while (Sources(draft).Count < count)
            Sources(draft).Add(Digest.Compute(BitConverter.GetBytes(Sources(draft).Count)).ToString());
    }
}
