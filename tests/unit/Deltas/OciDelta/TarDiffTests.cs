using System.Buffers.Binary;
using System.Text;
using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas.OciDelta;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.OciDelta;

/// <summary>
/// Patches of tar-diff, written by hand by its file-format.md: an operation, a size of 7 bits a byte, and data.
/// </summary>
public sealed class TarDiffTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly WorkDirectory _work;

    public TarDiffTests() => _work = new WorkDirectory(_folder.Path);

    public void Dispose()
    {
        _work.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Operations_put_bytes_together()
    {
        var made = await ApplyAsync(
            Patch(Data("new "), Open("./etc/words"), Seek(4), Copy(5), AddData(1, 0, 0), Data("!")));
        // "the words of old": 5 from the fourth on, then three more, of which the first has 1 added.
        Assert.Equal("new words!of!", made);
    }

    [Theory]
    [InlineData("etc/words", "the words of old")] // of two layers, the upper one
    [InlineData("etc/lower", "below")]
    [InlineData("etc/linked", "the words of old")] // within a layer
    [InlineData("etc/across", "below")] // to a layer below
    public async Task Files_are_those_that_layers_make(string path, string content) =>
        Assert.Equal(content, await ApplyAsync(Patch(Open(path), Copy(content.Length))));

    [Theory]
    [InlineData("etc/none")]
    [InlineData("etc")]
    [InlineData("etc/symbolic")]
    [InlineData("etc/replaced")] // a file that a folder of the upper layer replaces
    public async Task What_is_no_file_of_the_baseline_is_told(string path)
    {
        var error = await FailsAsync(DiffahErrors.BaselineMismatch, Patch(Open(path), Copy(1)));
        Assert.Contains($"'{path}'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(17)]
    [InlineData(long.MaxValue)]
    public async Task Reading_past_a_file_is_refused(long size)
    {
        await FailsAsync(DiffahErrors.BaselineMismatch, Patch(Open("etc/words"), Copy(size)));
        await FailsAsync(DiffahErrors.BaselineMismatch, Patch(Open("etc/words"), Seek(size)));
    }

    public static TheoryData<string, byte[]> Wrong => new()
    {
        { "no magic", [.. "tardf2\n\0"u8, .. Frame([])] },
        { "cut short", Patch()[..^1] },
        { "empty", [] },
        { "no zstd", [.. "tardf1\n\0"u8, 1, 2, 3, 4, 5, 6, 7, 8] },
        { "an unknown operation", Patch([5, 0]) },
        { "a size that never ends", Patch([0, .. Enumerable.Repeat((byte)0xff, 10)]) },
        { "less data than it says", Patch([0, 9, 1]) },
        { "no size", Patch([2]) },
        { "a file that was not opened", Patch(Copy(1)) },
        { "a place in no file", Patch(Seek(0)) },
        { "a path that climbs", Patch(Open("../etc/words")) },
        { "a path that is none", Patch(Open("")) },
        { "a path that is long", Patch(Open(new string('a', 4097))) },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task What_is_not_as_the_format_says_is_refused(string what, byte[] patch)
    {
        Assert.NotEmpty(what);
        await FailsAsync(DiffahErrors.PatchInvalid, patch);
    }

    private async Task<DiffahException> FailsAsync(DiffahError expected, byte[] patch) =>
        await Errors.ThrowsAsync(expected, () => ApplyAsync(patch));

    private async Task<string> ApplyAsync(byte[] patch)
    {
        var lower = new TarBuilder().File("etc/words", "old").File("etc/lower", "below").File("etc/replaced", "x");
        var upper = new TarBuilder().File("./etc/words", "the words of old").HardLink("etc/linked", "./etc/words")
            .HardLink("etc/across", "etc/lower").Symlink("etc/symbolic", "words").Folder("etc/replaced/");
        using var files = new BaselineFiles(
            [Layer(lower), Layer(upper)], new LayerStore(_work, new DecompressionBounds()), _work);
        using var made = new MemoryStream();
        using var apply = new TarDiff("patch", files, async (bytes, ct) => await made.WriteAsync(bytes, ct));
        await apply.ApplyAsync(new MemoryStream(patch),
            new StoredContent("patch", patch.Length, new DecompressionBounds()), default);
        return Encoding.UTF8.GetString(made.ToArray());
    }

    private static Layer Layer(TarBuilder tar)
    {
        var bytes = tar.ToArray();
        return new Layer(new Descriptor(MediaTypes.OciLayer, Digest.Compute(bytes), bytes.Length), null,
            _ => Task.FromResult<Stream>(new MemoryStream(bytes)));
    }

    private static byte[] Data(string text) => [0, .. Size(text.Length), .. Encoding.UTF8.GetBytes(text)];

    private static byte[] Open(string path) => [1, .. Size(path.Length), .. Encoding.UTF8.GetBytes(path)];

    private static byte[] Copy(long size) => [2, .. Size(size)];

    private static byte[] AddData(params byte[] added) => [3, .. Size(added.Length), .. added];

    private static byte[] Seek(long place) => [4, .. Size(place)];

    private static IEnumerable<byte> Size(long size)
    {
        for (; size >= 0x80; size >>= 7)
            yield return (byte)(size | 0x80);
        yield return (byte)size;
    }

    private static byte[] Patch(params byte[][] operations) =>
        [.. "tardf1\n\0"u8, .. Frame([.. operations.SelectMany(o => o)])];

    /// <summary>A zstd frame of one block that is not compressed (RFC 8878, section 3.1.1).</summary>
    private static byte[] Frame(byte[] content)
    {
        var head = new byte[9];
        BinaryPrimitives.WriteUInt32LittleEndian(head, 0xFD2FB528);
        head[4] = 0xA0; // one segment, and four bytes of size
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(5), content.Length);
        var block = (content.Length << 3) | 1;
        return [.. head, (byte)block, (byte)(block >> 8), (byte)(block >> 16), .. content];
    }
}
