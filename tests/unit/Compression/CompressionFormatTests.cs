using System.Text;
using Diffah.Engine.Compression;
using Diffah.Engine.Diagnostics;
using Diffah.Tests.Support;

namespace Diffah.Tests.Compression;

public sealed class CompressionFormatTests
{
    [Theory]
    [InlineData(new byte[0], CompressionKind.None)]
    [InlineData(new byte[] { 0x1F }, CompressionKind.None)]
    [InlineData(new byte[] { 0x1F, 0x8B }, CompressionKind.Gzip)]
    [InlineData(new byte[] { 0x28, 0xB5, 0x2F }, CompressionKind.None)]
    [InlineData(new byte[] { 0x28, 0xB5, 0x2F, 0xFD }, CompressionKind.Zstd)]
    [InlineData(new byte[] { 0x50, 0x2A, 0x4D, 0x18 }, CompressionKind.Zstd)]
    [InlineData(new byte[] { 0x5F, 0x2A, 0x4D, 0x18, 1, 0, 0, 0, 9 }, CompressionKind.Zstd)]
    [InlineData(new byte[] { 0x4F, 0x2A, 0x4D, 0x18 }, CompressionKind.None)]
    [InlineData(new byte[] { 0x60, 0x2A, 0x4D, 0x18 }, CompressionKind.None)]
    [InlineData(new byte[] { 0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00 }, CompressionKind.Xz)]
    [InlineData(new byte[] { 0x42, 0x5A, 0x68, 0x39, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59 }, CompressionKind.Bzip2)]
    [InlineData(new byte[] { 0x42, 0x5A, 0x68, 0x31, 0x17, 0x72, 0x45, 0x38, 0x50, 0x90 }, CompressionKind.Bzip2)]
    [InlineData(new byte[] { 0x42, 0x5A, 0x68, 0x39, 0x2E, 0x74, 0x78, 0x74, 0x00, 0x00 }, CompressionKind.None)]
    [InlineData(new byte[] { 0x04, 0x22, 0x4D, 0x18 }, CompressionKind.Lz4)]
    [InlineData(new byte[] { 0x5D, 0x00, 0x00, 0x80, 0x00, 0xFF }, CompressionKind.Lzma)]
    [InlineData(new byte[] { 0x1F, 0x9D, 0x90 }, CompressionKind.Compress)]
    [InlineData(new byte[] { 0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C }, CompressionKind.SevenZip)]
    [InlineData(new byte[] { 0x50, 0x4B, 0x03, 0x04 }, CompressionKind.Zip)]
    public void The_first_bytes_tell(byte[] start, CompressionKind expected) =>
        Assert.Equal(expected, CompressionFormat.Detect(start));

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("abcdefgh")]
    public async Task Plain_content_is_given_whole(string text)
    {
        var (kind, content) = await CompressionFormat.OpenAsync(
            new TrickleStream(Encoding.ASCII.GetBytes(text)), StoredBytes.Of(text.Length), default);
        using var reader = new StreamReader(content);
        Assert.Equal((CompressionKind.None, text), (kind, await reader.ReadToEndAsync()));
    }

    [Fact]
    public async Task Gzip_is_undone()
    {
        var bytes = SampleImage.Layer(1, 1, 10_000);
        var (kind, content) = await CompressionFormat.OpenAsync(
            new TrickleStream(SampleImage.Gzip(bytes)), StoredBytes.Of(bytes.Length), default);
        using var all = new MemoryStream();
        await using (content)
            await content.CopyToAsync(all);
        Assert.Equal(CompressionKind.Gzip, kind);
        Assert.Equal(bytes, all.ToArray());
    }

    [Theory]
    [InlineData("PK\u0003\u0004")]
    [InlineData("LZIP\u0001")]
    [InlineData("BZh91AY&SY")]
    [InlineData("P*M\u0018")]
    public void A_tar_whose_first_name_looks_like_a_compression_is_a_tar(string name)
    {
        using var bytes = new MemoryStream();
        using (var tar = new System.Formats.Tar.TarWriter(bytes, leaveOpen: true))
            tar.WriteEntry(new System.Formats.Tar.UstarTarEntry(System.Formats.Tar.TarEntryType.RegularFile, name));
        Assert.Equal(CompressionKind.None, CompressionFormat.Detect(bytes.ToArray()));
    }

    [SkippableTheory]
    [InlineData("lz4", CompressionKind.Lz4, "-m")]
    [InlineData("lzma", CompressionKind.Lzma, "-k")]
    [InlineData("lzip", CompressionKind.Lzip, "-k")]
    [InlineData("lzop", CompressionKind.Lzop, "-k")]
    [InlineData("compress", CompressionKind.Compress, "-f")]
    public async Task What_other_tools_write_is_known_by_name_and_said_how_to_undo(
        string tool, CompressionKind kind, string option)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder["f"], new byte[100_000]);
        await ExternalTool.RunAsync(tool, option, folder["f"]);
        var packed = await File.ReadAllBytesAsync(
            Directory.GetFiles(folder.Path).Single(f => Path.GetFileName(f) != "f"));
        var error = await Assert.ThrowsAsync<DiffahException>(() => StoredBytes.OpenAsync(packed));
        Assert.Equal(DiffahErrors.CompressionUnknown, error.Error);
        Assert.Equal(kind, CompressionFormat.Detect(packed));
        Assert.Contains($"compressed with {CompressionTraits.Of(kind)!.Name}", error.Message, StringComparison.Ordinal);
        Assert.Contains(CompressionTraits.Of(kind)!.Tool, error.NextAction, StringComparison.Ordinal);
    }
}
