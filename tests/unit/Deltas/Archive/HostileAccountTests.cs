using System.Text;
using System.Text.Json.Nodes;
using Diffah.Engine.Compression;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive.Accounts;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Archive;

/// <summary>Accounts of files that somebody made up, or damaged.</summary>
public sealed class HostileAccountTests : IDisposable
{
    private static readonly byte[] Text = Bytes.Text(1, 9000);
    private static readonly LayerBytes Before = LayerBytes.Tar(("a", Text));
    private static readonly LayerBytes After = LayerBytes.Tar(("a", Bytes.Edited(Text)));
    private static readonly string Head = $$"""{"content":"{{After.DiffId}}","patched":[1,9000,9],"new":[2,9,3]}""";

    private readonly DeltaLab _lab = new();

    public void Dispose() => _lab.Dispose();

    public static TheoryData<string, string> Wrong => new()
    {
        { "an unknown content", $$"""{"content":"{{Before.DiffId}}"}""" },
        { "a content that is no digest", """{"content":7}""" },
        { "twice a content", $"{Head}\n{Head}" },
        { "more cost than the patch", Head.Replace("[1,9000,9]", "[1,9000,999999]", StringComparison.Ordinal) },
        { "more bytes than the content", Head.Replace("[1,9000,9]", "[1,90000,9]", StringComparison.Ordinal) },
        { "a negative number", Head.Replace("[1,9000,9]", "[1,9000,-9]", StringComparison.Ordinal) },
        { "a number that is none", Head.Replace("[1,9000,9]", "[1,9000,0.5]", StringComparison.Ordinal) },
        { "a number too large", Head.Replace("[1,9000,9]", "[1,9000,9223372036854775808]", StringComparison.Ordinal) },
        { "two numbers", Head.Replace("[1,9000,9]", "[1,9000]", StringComparison.Ordinal) },
        { "a file before a content", """{"path":"a","kind":"patched","size":1,"cost":1}""" },
        { "an unknown kind", $$"""{{Head}}{{"\n"}}{"path":"a","kind":"born","size":1,"cost":1}""" },
        { "a kind in upper case", $$"""{{Head}}{{"\n"}}{"path":"a","kind":"Patched","size":1,"cost":1}""" },
        { "a file without a path", $$"""{{Head}}{{"\n"}}{"kind":"patched","size":1,"cost":1}""" },
        { "a file without a cost", $$"""{{Head}}{{"\n"}}{"path":"a","kind":"patched","size":1}""" },
        { "more files than counted",
            $$"""{{Head}}{{"\n"}}{"path":"a","kind":"moved","size":0,"cost":0}""" },
        { "more cost than counted", $$"""{{Head}}{{"\n"}}{"path":"a","kind":"patched","size":1,"cost":10}""" },
        { "a property twice", Head.Replace("\"new\"", "\"patched\"", StringComparison.Ordinal) },
        { "an array", "[]" },
        { "no JSON", "no" },
        { "half a character", $$"""{{Head}}{{"\n"}}{"path":"\ud800","kind":"patched","size":1,"cost":1}""" },
        { "a line that is too long", $$"""{{Head}}{{"\n"}}{"path":"{{new string('a', 70_000)}}"}""" },
        { "an empty line", $"{Head}\n" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task What_breaks_a_rule_is_refused_by_inspection_and_verification_alone(string why, string text)
    {
        Assert.NotEmpty(why);
        await StoreAsync(Zstd(text + "\n"));
        await AssertRefusedAsync(DiffahErrors.ArchiveInvalid);
    }

    [Fact]
    public async Task A_right_one_is_read_whatever_its_fields_are_called_besides()
    {
        await StoreAsync(Zstd($$"""
            {{Head}}
            {"more":1,"path":"\u001b[31mred","kind":"new","size":9,"cost":3,"from":"b"}

            """.ReplaceLineEndings("\n")));
        var archive = await InspectArchive.RunAsync(_lab.Archive, EventSink.None, CancellationToken.None);
        var file = Assert.Single(archive.Images[0].Layers[0].Files);
        Assert.Equal(("?[31mred", "New", 9L, 3L, "b"),
            (file.Path, file.Kind, file.TargetSize, file.ArchiveSize, file.From));
    }

    [Fact]
    public async Task Damaged_bytes_are_refused()
    {
        var right = Zstd(Head + "\n");
        await StoreAsync(Zstd(Head)); // a line without an end
        await AssertRefusedAsync(DiffahErrors.ArchiveInvalid);
        await StoreAsync(right[..^3]);
        await AssertRefusedAsync(DiffahErrors.ArchiveInvalid);
        await StoreAsync([.. right, 1, 2, 3]);
        await AssertRefusedAsync(DiffahErrors.ArchiveInvalid);
        await StoreAsync("not zstd"u8.ToArray());
        await AssertRefusedAsync(DiffahErrors.ArchiveInvalid);
        await StoreAsync(right, digest: Digest.Compute([1]));
        await AssertRefusedAsync(DiffahErrors.DigestMismatch);
        // A window of 256 MiB, and a document that never ends.
        await StoreAsync(Zstd(Head + "\n", window: 28));
        await AssertRefusedAsync(DiffahErrors.ArchiveInvalid);
        await StoreAsync(Zstd(new string(' ', 70_000_000) + "\n", known: false));
        await AssertRefusedAsync(DiffahErrors.SizeMismatch);
    }

    [Fact]
    public async Task More_files_than_are_listed_are_counted_and_the_costliest_are_listed()
    {
        const int count = AccountFormat.MaximumFiles + 1000;
        var files = Enumerable.Range(0, count)
            .Select(i => new FileAccount($"f{i}", FileOrigin.New, 0, 16 + (i % 2), null)).ToArray();
        var origins = new OriginAccount[ContentAccount.OriginCount];
        origins[(int)FileOrigin.New] = new OriginAccount(count, 0, files.Sum(f => f.Cost));
        var account = new ContentAccount([.. origins], [.. files]);
        var text = Unzstd(AccountWriter.Write([KeyValuePair.Create(After.DiffId, account)])).Split('\n');
        Assert.Equal(AccountFormat.MaximumFiles + 2, text.Length);
        Assert.Equal(count / 2, text.Count(l => l.Contains("\"cost\":17", StringComparison.Ordinal)));
        Assert.StartsWith("""{"path":"f0",""", text[1], StringComparison.Ordinal);
        Assert.StartsWith("""{"path":"f1",""", text[2], StringComparison.Ordinal);
        await StoreAsync(Zstd(string.Join('\n', Enumerable.Repeat(
            """{"path":"a","kind":"new","size":0,"cost":0}""", count).Prepend(Head.Replace(
                "[2,9,3]", "[999999,9,3]", StringComparison.Ordinal))) + "\n"));
        await AssertRefusedAsync(DiffahErrors.ArchiveInvalid);
    }

    [Fact]
    public void Of_files_that_take_less_than_their_names_some_are_listed_and_moved_ones_first()
    {
        FileAccount Make(int i) => new($"path/{i:d6}", i % 7 == 0 ? FileOrigin.Moved : FileOrigin.Patched, 5,
            i % 7 == 0 ? 0 : 15, i % 7 == 0 ? "from" : null);
        var cheap = Enumerable.Range(0, 300).Select(Make).ToArray();
        var costly = new FileAccount("costly", FileOrigin.Patched, 5, 16, null);
        var text = Listed([.. cheap, costly]);
        Assert.Contains("costly", text[^1], StringComparison.Ordinal);
        Assert.Equal(43, text.Count(l => l.Contains("moved", StringComparison.Ordinal)));
        Assert.InRange(text.Length, 100, 200);
        Assert.Equal(text.Order(StringComparer.Ordinal).Where(l => l.Contains("path/", StringComparison.Ordinal)),
            text.Where(l => l.Contains("path/", StringComparison.Ordinal)));
        // Where there are few, all are.
        Assert.Equal(51, Listed([.. cheap[..50], costly]).Length);
    }

    private static string[] Listed(FileAccount[] files)
    {
        var account = new ContentAccount([.. new OriginAccount[ContentAccount.OriginCount]], [.. files]);
        return Unzstd(AccountWriter.Write([KeyValuePair.Create(After.DiffId, account)])).Split('\n')[1..^1];
    }

    [Fact]
    public async Task Many_layers_of_one_content_list_no_more_files_together_than_is_read()
    {
        var files = Enumerable.Repeat("""{"path":"a","kind":"new","size":0,"cost":0}""", AccountFormat.MaximumFiles);
        var account = Zstd(string.Join('\n', files.Prepend(
            Head.Replace("[2,9,3]", $"[{AccountFormat.MaximumFiles},9,3]", StringComparison.Ordinal))) + "\n");
        foreach (var (layers, fits) in new[] { (16, true), (17, false) })
        {
            await StoreAsync(account, target: ImageMaker.Oci(Enumerable.Repeat(After, layers)));
            var inspect = () => InspectArchive.RunAsync(_lab.Archive, EventSink.None, CancellationToken.None);
            if (fits)
                Assert.Equal(AccountFormat.MaximumFiles, (await inspect()).Images[0].Layers[^1].Files.Length);
            else
                await Errors.ThrowsAsync(DiffahErrors.ArchiveInvalid, inspect);
        }
    }

    private async Task AssertRefusedAsync(DiffahError error)
    {
        await Errors.ThrowsAsync(
            error, () => InspectArchive.RunAsync(_lab.Archive, EventSink.None, CancellationToken.None));
        var found = await new VerifyArchive(_lab.Images).RunAsync(
            new VerifyArchiveRequest { ArchivePath = _lab.Archive, WorkDirectory = _lab.Work }, EventSink.None,
            CancellationToken.None);
        Assert.Equal("files", Assert.Single(found.Findings, f => f.Status == FindingStatus.Fail).Check);
        // Nothing is rebuilt by it.
        ImageMaker.Oci(After).AssertSame(await _lab.RestoreAsync(ImageMaker.Oci(Before)));
    }

    /// <summary>Makes an archive, and puts another account into it.</summary>
    private async Task StoreAsync(byte[] account, Digest? digest = null, MemoryImage? target = null)
    {
        var draft = ArchiveDraft.Read(await _lab.BytesAsync(
            ImageMaker.Oci(Before), target ?? ImageMaker.Oci(After), DeltaLab.Quick with { FormatVersion = 2 }));
        var name = digest ?? Digest.Compute(account);
        var files = draft.Sidecar["files"]!.AsObject();
        var index = draft.Entries.FindIndex(e => e.Name.StartsWith("files/", StringComparison.Ordinal));
        Assert.Equal($"files/{files["digest"]!.GetValue<string>().Replace(':', '/')}", draft.Entries[index].Name);
        draft.Entries[index] = new RawEntry($"files/{name.Algorithm}/{name.Hex}", account);
        draft.Sidecar["files"] = new JsonObject
        {
            ["digest"] = name.ToString(),
            ["archive_size"] = account.Length,
        };
        await File.WriteAllBytesAsync(_lab.Archive, draft.Write());
    }

    private static byte[] Zstd(string text, int window = 20, bool known = true)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        using var output = new MemoryStream();
        // Without its size in the frame, the window is what was asked for.
        using (var zstd = new ZstdCompressionStream(
            output, new ZstdSettings(1, window, ContentSize: known && window == 20 ? bytes.Length : null)))
        {
            zstd.Write(bytes);
            zstd.Finish();
        }
        return output.ToArray();
    }

    private static string Unzstd(byte[] bytes)
    {
        using var text = new ZstdDecompressionStream(
            new MemoryStream(bytes), new StoredContent("the account", bytes.Length, new DecompressionBounds()));
        using var reader = new StreamReader(text);
        return reader.ReadToEnd();
    }
}
