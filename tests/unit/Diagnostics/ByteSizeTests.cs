using Diffah.Engine.Diagnostics;

namespace Diffah.Tests.Diagnostics;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1048576", 1048576)]
    [InlineData("17B", 17)]
    [InlineData("2KB", 2048)]
    [InlineData("2KiB", 2048)]
    [InlineData("512MiB", 512L << 20)]
    [InlineData("8GiB", 8L << 30)]
    [InlineData("8gib", 8L << 30)]
    [InlineData("8 GB", 8L << 30)]
    [InlineData("8G", 8L << 30)]
    [InlineData("1.5GiB", 3L << 29)]
    [InlineData("1TiB", 1L << 40)]
    [InlineData("2PB", 2L << 50)]
    [InlineData("1.5k", 1536)]
    [InlineData(" 512 MiB ", 512L << 20)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void Sizes_are_read(string text, long expected)
    {
        Assert.True(ByteSize.TryParse(text, out var bytes));
        Assert.Equal(expected, bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("GiB")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1e3")]
    [InlineData("1,5GiB")]
    [InlineData("1.2.3")]
    [InlineData(".")]
    [InlineData("8EiB")]
    [InlineData("8 parsecs")]
    [InlineData("9223372036854775808")]
    [InlineData("99999999999TiB")]
    [InlineData("79228162514264337593543950336")]
    public void What_is_no_size_is_refused(string text) => Assert.False(ByteSize.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1000, "1000")]
    [InlineData(1536, "1536")]
    [InlineData(3L << 29, "1536MiB")]
    [InlineData(8L << 30, "8GiB")]
    public void Sizes_are_written_without_loss(long bytes, string expected)
    {
        Assert.Equal(expected, ByteSize.FormatExactly(bytes));
        Assert.True(ByteSize.TryParse(expected, out var read));
        Assert.Equal(bytes, read);
    }
}
