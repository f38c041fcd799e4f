using System.Globalization;
using System.Numerics;
using Diffah.Engine.Diagnostics;
using FsCheck;
using FsCheck.Fluent;

namespace Diffah.Tests.Diagnostics;

public sealed class SizeLimitTests
{
    [Theory]
    [InlineData("1", 1000, 1)]
    [InlineData("200MB", 1000, 200L << 20)]
    [InlineData("1GiB", 0, 1L << 30)]
    [InlineData(" 1.5 KiB ", 7, 1536)]
    [InlineData("9223372036854775807", 7, long.MaxValue)]
    [InlineData("5%", 1000, 50)]
    [InlineData("5 %", 1000, 50)]
    [InlineData(" 0.5% ", 1000, 5)]
    [InlineData("5%", 1019, 50)]
    [InlineData("5%", 1020, 51)]
    [InlineData("100%", 1019, 1019)]
    [InlineData("120%", 1000, 1200)]
    [InlineData("5%", 0, 0)]
    [InlineData("0.0001%", 1000, 0)]
    [InlineData("100%", long.MaxValue, long.MaxValue)]
    [InlineData("101%", long.MaxValue, long.MaxValue)]
    [InlineData("79228162514264337593543950335%", long.MaxValue, long.MaxValue)]
    public void Limits_are_read(string text, long whole, long expected)
    {
        Assert.True(SizeLimit.TryParse(text, out var limit));
        Assert.Equal(expected, limit.Of(whole));
        Assert.Equal(text.Contains('%', StringComparison.Ordinal), limit.IsRelative);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("%")]
    [InlineData("abc")]
    [InlineData("0")]
    [InlineData("0KiB")]
    [InlineData("0.5")]
    [InlineData("0%")]
    [InlineData("0.0%")]
    [InlineData("-1")]
    [InlineData("-5%")]
    [InlineData("+5%")]
    [InlineData("5%%")]
    [InlineData("%5")]
    [InlineData("5% of it")]
    [InlineData("5MB%")]
    [InlineData("1e2%")]
    [InlineData("1,5%")]
    [InlineData("1.2.3%")]
    [InlineData(".%")]
    [InlineData("5 percent")]
    [InlineData("٥%")]
    [InlineData("NaN")]
    [InlineData("8EiB")]
    [InlineData("792281625142643375935439503360%")]
    public void What_is_no_limit_is_refused(string text) => Assert.False(SizeLimit.TryParse(text, out _));

    [Theory]
    [InlineData("200MB", "200MiB")]
    [InlineData("1000", "1000")]
    [InlineData("0.50 %", "0.50%")]
    public void Limits_are_shown_as_they_can_be_written(string text, string expected)
    {
        Assert.True(SizeLimit.TryParse(text, out var limit));
        Assert.Equal(expected, limit.ToString());
    }

    [Fact]
    public void No_number_of_bytes_below_one_is_a_limit() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SizeLimit.OfBytes(0));

    /// <summary>The right value is reckoned with whole numbers of any size.</summary>
    [Fact]
    public void Per_cent_are_exact_to_the_byte()
    {
        var numbers = from thousandths in Gen.Choose(1, 2_000_000)
                      from high in Gen.Choose(0, int.MaxValue)
                      from low in Gen.Choose(0, int.MaxValue)
                      from shift in Gen.Choose(0, 62)
                      select (Thousandths: thousandths, Whole: (((long)high << 31) | (uint)low) >> shift);
        Prop.ForAll(numbers.ToArbitrary(), n =>
        {
            var text = (n.Thousandths / 1000m).ToString(CultureInfo.InvariantCulture) + "%";
            Assert.True(SizeLimit.TryParse(text, out var limit));
            var exact = BigInteger.Min((BigInteger)n.Whole * n.Thousandths / 100_000, long.MaxValue);
            Assert.Equal((long)exact, limit.Of(n.Whole));
            Assert.True(SizeLimit.TryParse(limit.ToString(), out var again));
            Assert.Equal(limit, again);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithReplay(20261, 12345));
    }

    [Fact]
    public void Bytes_are_the_limit_whatever_the_whole_is()
    {
        var numbers = from bytes in Gen.Choose(1, int.MaxValue)
                      from shift in Gen.Choose(0, 31)
                      from whole in Gen.Choose(0, int.MaxValue)
                      select (Bytes: (long)bytes << shift, Whole: (long)whole);
        Prop.ForAll(numbers.ToArbitrary(), n =>
        {
            var limit = SizeLimit.OfBytes(n.Bytes);
            Assert.Equal(n.Bytes, limit.Of(n.Whole));
            Assert.True(SizeLimit.TryParse(limit.ToString(), out var again));
            Assert.Equal(limit, again);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20261, 12345));
    }
}
