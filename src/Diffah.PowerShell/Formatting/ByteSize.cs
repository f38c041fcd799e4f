using System.Globalization;

namespace Diffah.PowerShell.Formatting;

/// <summary>Numbers of bytes as people write them. Units are powers of 1024, as PowerShell's own 8GB is.</summary>
public static class ByteSize
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>A number of bytes for people, for example 14.3 MiB.</summary>
    /// <param name="bytes">The number of bytes; may be negative.</param>
    public static string Format(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        // Not 1024: 1023.97 KiB would be shown as 1024.0 KiB.
        while (Math.Abs(value) >= 1023.95 && unit < Units.Length - 1)
            (value, unit) = (value / 1024, unit + 1);
        return unit == 0 ? $"{bytes} B" : string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {Units[unit]}");
    }

    /// <summary>A fraction of one as a percentage, for example 93.1 %.</summary>
    /// <param name="ratio">The fraction.</param>
    public static string FormatPercent(double ratio) => string.Create(CultureInfo.InvariantCulture, $"{ratio * 100:0.0} %");

    /// <summary>Reads 8GiB, 8GB, 8G, 512 MiB or a plain number of bytes, in any case.</summary>
    /// <param name="text">The text.</param>
    /// <param name="bytes">The number of bytes where the answer is true.</param>
    public static bool TryParse(string text, out long bytes)
    {
        ArgumentNullException.ThrowIfNull(text);
        bytes = 0;
        var trimmed = text.Trim();
        var digits = trimmed.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        if (!decimal.TryParse(trimmed.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            return false;
        var power = Power(trimmed[digits..].TrimStart());
        if (power < 0 || number * (1L << (10 * power)) is var product && product > long.MaxValue)
            return false;
        bytes = (long)(number * (1L << (10 * power)));
        return true;
    }

    private static int Power(string unit) => unit.Length == 0
        ? 0
        : Array.FindIndex(Units, known => unit.Equals(known, StringComparison.OrdinalIgnoreCase)
            || unit.Equals(known.Replace("i", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase)
            || (known.Length > 1 && unit.Equals(known[..1], StringComparison.OrdinalIgnoreCase)));
}
