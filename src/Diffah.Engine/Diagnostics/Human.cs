using System.Globalization;

namespace Diffah.Engine.Diagnostics;

/// <summary>
/// The one form that numbers have for people: sizes, shares, lengths of time and rates. The same in every culture.
/// </summary>
public static class Human
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>Bytes in the unit that keeps the number short: 17 B, 14.3 MiB.</summary>
    /// <param name="bytes">The number of bytes; may be negative.</param>
    public static string Size(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        // Below 1024, since 1023.97 KiB would be shown as 1024.0 KiB.
        while (Math.Abs(value) >= (unit == 0 ? 1024 : 1023.95) && unit < Units.Length - 1)
            (value, unit) = (value / 1024, unit + 1);
        return unit == 0 ? Invariant($"{bytes} B") : Invariant($"{value:0.0} {Units[unit]}");
    }

    /// <summary>Bytes short and to the byte: 14.3 MiB (14994637 bytes).</summary>
    /// <param name="bytes">The number of bytes; may be negative.</param>
    public static string SizeAndBytes(long bytes) => Invariant($"{Size(bytes)} ({bytes} bytes)");

    /// <summary>A fraction of one in per cent: 41.5 %.</summary>
    /// <param name="fraction">The fraction; may be negative.</param>
    public static string Percent(double fraction) => Invariant($"{fraction * 100:0.0} %");

    /// <summary>A part of a whole in per cent: 41.5 %; 0.0 % of nothing.</summary>
    /// <param name="part">The part.</param>
    /// <param name="whole">The whole, in the part's unit.</param>
    public static string Percent(long part, long whole) => Percent(whole == 0 ? 0 : (double)part / whole);

    /// <summary>How long something takes: 0.4 s, 2 min 05 s, 3 h 07 min.</summary>
    /// <param name="time">The time, 0 or more.</param>
    public static string Elapsed(TimeSpan time)
    {
        if (time < TimeSpan.FromSeconds(59.95))
            return Invariant($"{time.TotalSeconds:0.0} s");
        var seconds = (long)Math.Round(time.TotalSeconds, MidpointRounding.AwayFromZero);
        return seconds < 3600
            ? Invariant($"{seconds / 60} min {seconds % 60:00} s")
            : Invariant($"{seconds / 3600} h {seconds % 3600 / 60:00} min");
    }

    /// <summary>A length of time as people say it: 42s, 3m 05s, 2h 10m.</summary>
    /// <param name="time">The time, 0 or more.</param>
    public static string ShortTime(TimeSpan time) => time.TotalSeconds switch
    {
        < 59.5 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0}s"),
        < 3599.5 => Two((long)Math.Round(time.TotalSeconds), "m", "s"),
        _ => Two((long)Math.Round(time.TotalMinutes), "h", "m"),
    };

    /// <summary>How fast bytes come: 12.3 MiB/s.</summary>
    /// <param name="bytesPerSecond">Bytes a second, 0 or more.</param>
    public static string Rate(double bytesPerSecond) => $"{Size((long)bytesPerSecond)}/s";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Two(long small, string large, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{small / 60}{large} {small % 60:00}{unit}");
}
