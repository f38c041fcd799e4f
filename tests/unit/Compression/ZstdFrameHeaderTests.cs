using Diffah.Engine.Compression;
using Diffah.Tests.Deltas.Support;

namespace Diffah.Tests.Compression;

public sealed class ZstdFrameHeaderTests
{
    // Written after RFC 8878, section 3.1.1.1: magic, descriptor, window, dictionary, content size.
    [Theory]
    [InlineData("28b52ffd 00 58", 1L << 21, null)]
    [InlineData("28b52ffd 00 f8", 1L << 41, null)]
    [InlineData("28b52ffd 00 0f", 2048L + 7 * 256, null)]
    [InlineData("28b52ffd 20 07", 7L, 7L)]
    [InlineData("28b52ffd 60 0001", 512L, 512L)]
    [InlineData("28b52ffd a0 01020304", 0x04030201L, 0x04030201L)]
    [InlineData("28b52ffd e0 0100000001000000", 0x100000001L, 0x100000001L)]
    [InlineData("28b52ffd 40 58 0000", 1L << 21, 256L)]
    [InlineData("28b52ffd 83 58 aabbccdd 05000000", 1L << 21, 5L)]
    public void Headers_are_read(string bytes, long window, long? content)
    {
        var header = ZstdFrameHeader.Read(Bytes(bytes));
        Assert.Equal(((ulong)window, (ulong?)content), (header!.Value.WindowSize, header.Value.ContentSize));
    }

    [Theory]
    [InlineData("")]
    [InlineData("28b52ffd")]
    [InlineData("28b52ffd 00")]
    [InlineData("28b52ffc 00 58")]
    [InlineData("28b52ffd 08 58")]
    [InlineData("28b52ffd a0 010203")]
    [InlineData("28b52ffd c0 58 01020304050607")]
    [InlineData("502a4d18 04000000 00000000")]
    public void What_is_no_header_is_refused(string bytes) => Assert.Null(ZstdFrameHeader.Read(Bytes(bytes)));

    [Theory]
    [InlineData(1)]
    [InlineData(300)]
    [InlineData(70_000)]
    public void The_library_writes_such_headers(int size)
    {
        var frame = LayerBytes.Zstd(new byte[size]);
        var header = ZstdFrameHeader.Read(frame.AsSpan(0, Math.Min(frame.Length, ZstdFrameHeader.MaximumLength)));
        Assert.NotNull(header);
        Assert.True(header.Value.ContentSize is null || header.Value.ContentSize == (ulong)size);
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
