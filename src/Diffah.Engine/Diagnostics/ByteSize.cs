using System.Globalization;

namespace Diffah.Engine.Diagnostics;

/// <summary>
/// Numbers of bytes as people write them and programs read them; <see cref="Human"/> shows them. Units are powers of
/// 1024 whatever their spelling, as PowerShell's own 8GB is.
/// </summary>
public static class ByteSize
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>
    /// Bytes without loss, in the largest unit that divides them: 8GiB, 1536KiB, 17. <see cref="TryParse"/> reads it
    /// back.
    /// </summary>
    /// <param name="bytes">The number of bytes, 0 or more.</param>
    public static string FormatExactly(long bytes)
    {
        var unit = 0;
        for (; bytes != 0 && bytes % 1024 == 0 && unit < Units.Length - 1; unit++)
            bytes /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{bytes}{(unit == 0 ? "" : Units[unit])}");
    }

    /// <summary>
    /// Reads 8GiB, 8GB, 8G, 1.5 MiB or a plain number of bytes, in any case; a fraction of a byte is dropped.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="bytes">The number of bytes, 0 or more, where the answer is true.</param>
    public static bool TryParse(string text, out long bytes)
    {
        ArgumentNullException.ThrowIfNull(text);
        bytes = 0;
        var trimmed = text.Trim();
        var digits = trimmed.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        var power = Power(trimmed[digits..].TrimStart());
        if (power < 0 || !decimal.TryParse(
            trimmed.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            return false;
        var unit = (decimal)(1L << (10 * power));
        if (number > long.MaxValue / unit)
            return false;
        bytes = (long)(number * unit);
        return true;
    }

    /// <summary>
    /// The sum of sizes, or the largest number where it is more: sizes that only a manifest claims may be any number.
    /// </summary>
    /// <param name="sizes">Numbers of bytes, each 0 or more.</param>
    internal static long Sum(IEnumerable<long> sizes) =>
        sizes.Aggregate(0L, (sum, size) => size > long.MaxValue - sum ? long.MaxValue : sum + size);

    private static int Power(string unit) => unit.Length == 0
        ? 0
        : Array.FindIndex(Units, known => unit.Equals(known, StringComparison.OrdinalIgnoreCase)
            || unit.Equals(known.Replace("i", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase)
            || (known.Length > 1 && unit.Equals(known[..1], StringComparison.OrdinalIgnoreCase)));
}
