using System.Text.Json.Nodes;
using Diffah.Engine.Diagnostics;
using Diffah.Tests.Deltas.Support;

namespace Diffah.Tests.Deltas.Merging;

/// <summary>Chained archives that are well-formed, and can't be right.</summary>
public class HostileChainTests
{
    [Fact]
    public Task Contents_that_wait_for_each_other() => RefusesAsync(DiffahErrors.ArchiveInvalid, draft =>
    {
        var (first, second) = (draft.Contents.First(), draft.Contents.Last());
        first.Value!["sources"] = new JsonArray(second.Key);
        second.Value!["sources"] = new JsonArray(first.Key);
    });

    [Fact]
    public Task A_content_that_is_held_by_what_is_not_there() => RefusesAsync(DiffahErrors.ArchiveInvalid, draft =>
        draft.Sidecar["held"] = new JsonObject { [Unknown] = Unknown });

    [Fact]
    public Task A_content_that_is_held_by_a_blob_made_of_a_content() => RefusesAsync(
        DiffahErrors.ArchiveInvalid, draft => draft.Sidecar["held"] = new JsonObject
        {
            [Unknown] = draft.Blobs.First(b => b.Value!["encoding"]!.GetValue<string>() == "content").Key,
        });

    [Fact]
    public Task A_content_that_is_held_and_made() => RefusesAsync(DiffahErrors.ArchiveInvalid, draft =>
        draft.Sidecar["held"] = new JsonObject { [draft.Contents.First().Key] = draft.FullLayerOrDocument() });

    [Fact]
    public Task A_content_that_its_blob_does_not_hold() => RefusesAsync(DiffahErrors.PatchInvalid, draft =>
    {
        var between = Between(draft);
        draft.Entries.RemoveAll(e => e.Name == "contents/" + between.Replace(':', '/'));
        draft.Contents.Remove(between);
        draft.Sidecar["held"] = new JsonObject { [between] = draft.FullLayerOrDocument() };
    });

    [Fact]
    public Task A_content_in_between_that_is_missing() => RefusesAsync(DiffahErrors.ArchiveInvalid, draft =>
    {
        var between = Between(draft);
        draft.Entries.RemoveAll(e => e.Name == "contents/" + between.Replace(':', '/'));
        draft.Contents.Remove(between);
    });

    [Fact]
    public Task A_chain_that_is_not_said_to_be_one() => RefusesAsync(
        DiffahErrors.ArchiveInvalid, draft => draft.Sidecar.Remove("requires"));

    [Fact]
    public Task A_patch_in_between_that_is_damaged() => RefusesAsync(DiffahErrors.PatchInvalid, draft =>
        draft.Damage("contents/" + Between(draft).Replace(':', '/')));

    private const string Unknown = "sha256:00000000000000000000000000000000000000000000000000000000000000aa";

    // The content that another is made of.
    private static string Between(ArchiveDraft draft) => draft.Contents.Select(c => c.Key)
        .Single(c => draft.Contents.Any(o => o.Value!["sources"]!.AsArray().Any(s => s!.GetValue<string>() == c)));

    private static async Task RefusesAsync(DiffahError expected, Action<ArchiveDraft> edit)
    {
        using var lab = new MergeLab();
        var program = Bytes.Text(2, 9000);
        var versions = new[] { program, Bytes.Edited(program), [.. program, .. Bytes.Text(7, 900)] }
            .Select(p => ImageMaker.Oci(ContentPairs.Stored(LayerBytes.Tar(("bin/program", p))))).ToArray();
        await lab.MergeAsync(await lab.DeltasAsync(versions));
        var draft = ArchiveDraft.Read(await File.ReadAllBytesAsync(lab.Merged));
        edit(draft);
        await File.WriteAllBytesAsync(lab.Merged, draft.Write());
        await Errors.ThrowsAsync(expected, () => lab.RestoreAsync(versions[0]));
        lab.AssertTidy();
    }
}
