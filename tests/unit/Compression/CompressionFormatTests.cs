using System.Text;
using Diffah.Engine.Compression;
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
    public void The_first_bytes_tell(byte[] start, CompressionKind expected) =>
        Assert.Equal(expected, CompressionFormat.Detect(start));

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("abcdefgh")]
    public async Task Plain_content_is_given_whole(string text)
    {
        var (kind, content) = await CompressionFormat.OpenAsync(
            new TrickleStream(Encoding.ASCII.GetBytes(text)), default);
        using var reader = new StreamReader(content);
        Assert.Equal((CompressionKind.None, text), (kind, await reader.ReadToEndAsync()));
    }

    [Fact]
    public async Task Gzip_is_undone()
    {
        var bytes = SampleImage.Layer(1, 1, 10_000);
        var (kind, content) = await CompressionFormat.OpenAsync(new TrickleStream(SampleImage.Gzip(bytes)), default);
        using var all = new MemoryStream();
        await using (content)
            await content.CopyToAsync(all);
        Assert.Equal(CompressionKind.Gzip, kind);
        Assert.Equal(bytes, all.ToArray());
    }
}
