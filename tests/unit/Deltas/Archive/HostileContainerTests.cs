using System.Text;
using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Diagnostics;
using Diffah.Tests.Deltas.Support;

namespace Diffah.Tests.Deltas.Archive;

/// <summary>Tars that are no delta archives, or were made to do harm.</summary>
public class HostileContainerTests
{
    private static readonly string Unlisted = "blobs/sha256/" + new string('a', 64);

    /// <summary>Changes that make an archive invalid, and a word that the message must say.</summary>
    private static readonly Dictionary<string, (Action<ArchiveDraft> Change, string Says)> Faults = new()
    {
        ["a name that climbs"] = (d => Add(d, new RawEntry("blobs/sha256/../../../etc/passwd", [1])), "belong"),
        ["a name that climbs in place of a blob"] = (d => Edit(d, e => e with { Name = "blobs/../" + e.Name }),
            "belong"),
        ["an absolute name"] = (d => Add(d, new RawEntry("/etc/passwd", [1])), "belong"),
        ["an absolute name in place of a blob"] = (d => Edit(d, e => e with { Name = "/" + e.Name }), "belong"),
        ["a name in another folder"] = (d => Edit(
            d, e => e with { Name = e.Name.Replace("blobs/", "files/", StringComparison.Ordinal) }), "belong"),
        ["a name in a deeper folder"] = (d => Edit(d, e => e with { Name = "x/" + e.Name }), "belong"),
        ["a name with a dot"] = (d => Edit(d, e => e with { Name = "./" + e.Name }), "belong"),
        ["a name with a slash too many"] =
            (d => Edit(d, e => e with { Name = e.Name.Replace("/sha", "//sha", StringComparison.Ordinal) }), "belong"),
        ["a name in capitals"] = (d => Edit(d, e => e with { Name = e.Name[..13] + e.Name[13..].ToUpperInvariant() }),
            "belong"),
        ["a name of an unknown algorithm"] = (d => Edit(d, e => e with { Name = "blobs/md5/" + new string('a', 32) }),
            "belong"),
        ["a name of terminal controls"] = (d => Add(d, new RawEntry("\u001b[2J\u0007evil", [1])), "belong"),
        ["a blob that is not listed"] = (d => Add(d, new RawEntry(Unlisted, [1])), "belong"),
        ["a second sidecar"] =
            (d => Add(d, new RawEntry("diffah.json", Encoding.UTF8.GetBytes(d.Sidecar.ToJsonString()))), "belong"),
        ["a blob twice"] = (d => d.Entries.Add(d.Entries[0]), "twice"),
        ["a missing blob"] = (d => d.Entries.RemoveAt(1), "missing"),
        ["no blobs at all"] = (d => d.Entries.Clear(), "missing"),
        ["another size than the sidecar says"] = (d => Edit(d, e => e with { Content = [.. e.Content, 0] }),
            "bytes, not the"),
        ["an empty blob"] = (d => Edit(d, e => e with { Content = [] }), "bytes, not the"),
        ["a symbolic link"] = (d => Edit(d, e => e with { Type = '2', Link = "/etc/passwd", Content = [] }), "regular"),
        ["a hard link"] = (d => Edit(d, e => e with { Type = '1', Link = "diffah.json", Content = [] }), "regular"),
        ["a character device"] = (d => Edit(d, e => e with { Type = '3', Content = [] }), "regular"),
        ["a block device"] = (d => Edit(d, e => e with { Type = '4', Content = [] }), "regular"),
        ["a folder"] = (d => Edit(d, e => e with { Type = '5', Content = [] }), "regular"),
        ["a pipe"] = (d => Edit(d, e => e with { Type = '6', Content = [] }), "regular"),
        ["a global pax header"] = (d => d.Entries.Insert(0, RawEntry.Pax(("comment", "x")) with { Type = 'g' }),
            "regular"),
        ["a name that pax makes climb"] = (d => d.Entries.Insert(0, RawEntry.Pax(("path", "../../etc/passwd"))),
            "belong"),
        ["a size that pax makes larger"] = (d => d.Entries.Insert(0, RawEntry.Pax(("size", "9999999999999"))), "not"),
        ["a size that pax makes negative"] = (d => d.Entries.Insert(0, RawEntry.Pax(("size", "-1"))), "damaged"),
        ["a size that pax makes no number"] = (d => d.Entries.Insert(0, RawEntry.Pax(("size", "many"))), "not"),
        ["a pax header of no records"] = (d => d.Entries.Insert(
            0, new RawEntry("pax", Encoding.ASCII.GetBytes("999999999 path=x\n")) { Type = 'x' }), "damaged"),
        ["a pax header for a pax header"] =
            (d => d.Entries.InsertRange(0, [RawEntry.Pax(("path", "a")), RawEntry.Pax(("path", "b"))]), "belong"),
        ["a huge pax header"] = (d => d.Entries.Insert(
            0, RawEntry.Pax(("path", "a")) with { SizeField = RawEntry.Octal(2L << 30) }), "extended header claims"),
        ["a huge pax header before the sidecar"] =
            (d =>
                d.Assemble =
                    (s, e) => RawTar.Write(
                        [RawEntry.Pax(("path", "a")) with { SizeField = RawEntry.Octal(2_000_000_000) }, s,
                            .. e]), "extended header claims"),
        ["a huge GNU name"] =
            (d => d.Entries.Insert(
                0, new RawEntry("././@LongLink",
                    [65])
                { Type = 'L', SizeField = RawEntry.Base256(1L << 40) }), "extended header claims"),
        ["a negative size"] = (d => Edit(d, e => e with { SizeField = RawEntry.Base256(-1) }), "damaged"),
        ["the most negative size"] = (d => Edit(d, e => e with { SizeField = RawEntry.Base256(long.MinValue) }),
            "damaged"),
        ["a huge size"] = (d => Edit(d, e => e with { SizeField = RawEntry.Base256(long.MaxValue) }), "not"),
        ["a size beyond the end"] = (d => Edit(d, e => e with { SizeField = RawEntry.Octal(0x1_FFFF_FFFF) }), "not"),
        ["a size that is no number"] = (d => Edit(d, e => e with { SizeField = "??????????? "u8.ToArray() }),
            "damaged"),
        ["a huge sidecar"] =
            (d => d.Assemble = (s, e) => RawTar.Write(
                [s with { Content = new byte[SidecarReader.MaximumSize + 1] }, .. e]), "more than"),
        ["a sidecar beyond the end"] =
            (d => d.Assemble = (s, e) => RawTar.Write(
                [s with { SizeField = RawEntry.Octal(SidecarReader.MaximumSize) }, .. e]), "cut short"),
        ["an empty sidecar"] = (d => d.SidecarBytes = [], "empty"),
        ["the sidecar last"] = (d => d.Assemble = (s, e) => RawTar.Write([.. e, s]), "first entry"),
        ["no sidecar"] = (d => d.Assemble = (_, e) => RawTar.Write(e), "first entry"),
        ["a sidecar that is a link"] =
            (d => d.Assemble =
                (s, e) => RawTar.Write([s with { Type = '2', Link = "/etc/passwd", Content = [] }, .. e]), "regular"),
        ["a sidecar of another name"] =
            (d => d.Assemble = (s, e) => RawTar.Write([s with { Name = "./diffah.json" }, .. e]), "first entry"),
        ["nothing"] = (d => d.Assemble = (_, _) => [], "first entry"),
        ["an end mark alone"] = (d => d.Assemble = (_, _) => new byte[10240], "first entry"),
        ["text"] = (d => d.Assemble = (_, _) => Bytes.Text(1, 5000), "damaged"),
        ["a few bytes"] = (d => d.Assemble = (_, _) => [1, 2, 3], "cut short"),
        ["gzip"] = (d => d.Assemble = (s, e) => LayerBytes.Gzip(RawTar.Write([s, .. e])), "compressed with gzip"),
    };

    public static TheoryData<string> FaultNames => [.. Faults.Keys];

    [Theory]
    [MemberData(nameof(FaultNames))]
    public async Task It_is_refused_and_nothing_is_left(string fault)
    {
        using var lab = new DeltaLab();
        var (baseline, target) = Pairs.Mixed();
        var draft = ArchiveDraft.Read(await lab.BytesAsync(baseline, target));
        Faults[fault].Change(draft);
        await File.WriteAllBytesAsync(lab.Archive, draft.Write());
        var e = await lab.RestoreFailsAsync(baseline, DiffahErrors.ArchiveInvalid);
        Assert.Equal(DiffahErrorCategory.Content, e.Error.Category);
        Assert.True(e.Message.Contains(Faults[fault].Says, StringComparison.Ordinal), e.Message);
        Assert.Contains(lab.Archive, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(FaultNames))]
    public async Task Inspection_refuses_it_too(string fault)
    {
        using var lab = new DeltaLab();
        var (baseline, target) = Pairs.Mixed();
        var draft = ArchiveDraft.Read(await lab.BytesAsync(baseline, target));
        Faults[fault].Change(draft);
        await File.WriteAllBytesAsync(lab.Archive, draft.Write());
        await Errors.ThrowsAsync(DiffahErrors.ArchiveInvalid,
            () => Engine.Operations.InspectArchive.RunAsync(lab.Archive, EventSink.None, CancellationToken.None));
    }

    [Fact]
    public async Task Harmless_differences_of_other_writers_are_read()
    {
        using var lab = new DeltaLab();
        var (baseline, target) = Pairs.Mixed();
        var draft = ArchiveDraft.Read(await lab.BytesAsync(baseline, target));
        // Another order, modes, owners and times, a needless pax header, old-style regular files, blocks at the end.
        draft.Entries.Reverse();
        draft.Entries[0] = draft.Entries[0] with { Mode = 0b100_000_000, Owner = 1000, Modified = 12345, Type = '\0' };
        draft.Entries.Insert(1, RawEntry.Pax(("mtime", "1.5"), ("comment", new string('c', 600))));
        draft.Assemble = (s, e) => RawTar.Write([s, .. e], endBlocks: 20);
        await File.WriteAllBytesAsync(lab.Archive, draft.Write());
        target.AssertSame(await lab.RestoreAsync(baseline));
    }

    /// <summary>Contents may hold what looks like a huge extended header; the guard must not take it for one.</summary>
    [Fact]
    public async Task Contents_that_look_like_headers_are_read()
    {
        using var lab = new DeltaLab();
        var trap = RawTar.Header(new RawEntry("trap", []) { Type = 'x', SizeField = RawEntry.Octal(2L << 30) });
        var baseline = ImageMaker.Oci(LayerBytes.Tar(("trap", trap), ("other", Bytes.Random(1, 512)))
            .As(Engine.Compression.CompressionKind.Gzip));
        var target = ImageMaker.Oci(
            LayerBytes.Raw(trap), LayerBytes.Tar(("trap", trap), ("other", Bytes.Random(2, 512))));
        await lab.CreateAsync(baseline, target);
        target.AssertSame(await lab.RestoreAsync(baseline));
    }

    private static void Add(ArchiveDraft draft, RawEntry entry) => draft.Entries.Insert(1, entry);

    private static void Edit(ArchiveDraft draft, Func<RawEntry, RawEntry> edit) =>
        draft.Entries[0] = edit(draft.Entries[0]);
}
