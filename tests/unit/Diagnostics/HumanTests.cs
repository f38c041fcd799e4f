using System.Globalization;
using Diffah.Engine.Diagnostics;

namespace Diffah.Tests.Diagnostics;

public sealed class HumanTests : IDisposable
{
    private readonly CultureInfo _culture = CultureInfo.CurrentCulture;

    // Commas for points and a sign of its own: no form may follow the caller's culture.
    public HumanTests()
    {
        var foreign = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (foreign.NumberFormat.NumberDecimalSeparator, foreign.NumberFormat.NegativeSign) = (",", "~");
        CultureInfo.CurrentCulture = foreign;
    }

    public void Dispose() => CultureInfo.CurrentCulture = _culture;

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1.0 KiB")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData((1L << 20) - 1, "1.0 MiB")]
    [InlineData(5L << 30, "5.0 GiB")]
    [InlineData(5000L << 40, "4.9 PiB")]
    [InlineData(long.MaxValue, "8.0 EiB")]
    [InlineData(-2048, "-2.0 KiB")]
    public void Sizes_are_short(long bytes, string expected) => Assert.Equal(expected, Human.Size(bytes));

    [Fact]
    public void Sizes_can_be_short_and_to_the_byte() => Assert.Equal("1.5 KiB (1537 bytes)", Human.SizeAndBytes(1537));

    [Theory]
    [InlineData(0.415, "41.5 %")]
    [InlineData(0, "0.0 %")]
    [InlineData(1, "100.0 %")]
    [InlineData(-0.25, "-25.0 %")]
    public void Shares_have_one_form(double fraction, string expected) =>
        Assert.Equal(expected, Human.Percent(fraction));

    [Fact]
    public void A_part_of_nothing_is_nothing() =>
        Assert.Equal(("0.0 %", "25.0 %"), (Human.Percent(0, 0), Human.Percent(1, 4)));

    [Theory]
    [InlineData(0, "0.0 s")]
    [InlineData(0.44, "0.4 s")]
    [InlineData(59.94, "59.9 s")]
    [InlineData(59.96, "1 min 00 s")]
    [InlineData(125, "2 min 05 s")]
    [InlineData(3599.6, "1 h 00 min")]
    [InlineData(11220, "3 h 07 min")]
    public void Lengths_of_time_are_short(double seconds, string expected) =>
        Assert.Equal(expected, Human.Elapsed(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Rates_are_sizes_a_second() => Assert.Equal("12.0 MiB/s", Human.Rate(12 << 20));

    [Theory]
    [InlineData(1000, 250, 750, 0.75)]
    [InlineData(1000, 1500, -500, -0.5)]
    [InlineData(0, 10, -10, 0)]
    public void What_is_spared_is_what_does_not_travel(long image, long traveling, long spared, double ratio)
    {
        var savings = new Savings(image, traveling);
        Assert.Equal((spared, ratio), (savings.SparedBytes, savings.SparedRatio));
    }
}
