using System.Globalization;

namespace Diffah.Cli.Options;

/// <summary>Sizes as people write them: 0, 1048576, 512MiB, 1.5GiB, 8GB. A lone letter (8G) is binary, as with docker and zstd.</summary>
internal static class ByteSize
{
    private static readonly Dictionary<string, decimal> Units = new(StringComparer.OrdinalIgnoreCase)
    {
        [""] = 1,
        ["B"] = 1,
        ["KB"] = 1e3m,
        ["MB"] = 1e6m,
        ["GB"] = 1e9m,
        ["TB"] = 1e12m,
        ["K"] = 1L << 10,
        ["M"] = 1L << 20,
        ["G"] = 1L << 30,
        ["T"] = 1L << 40,
        ["KiB"] = 1L << 10,
        ["MiB"] = 1L << 20,
        ["GiB"] = 1L << 30,
        ["TiB"] = 1L << 40,
    };

    /// <summary>Parses a size; a fraction of a byte is dropped.</summary>
    /// <param name="text">The text.</param>
    /// <param name="bytes">The size, where the answer is true.</param>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        var digits = text.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        if (!Units.TryGetValue(text[digits..].TrimStart(' '), out var unit)
            || !decimal.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number > long.MaxValue / unit)
        {
            return false;
        }
        bytes = (long)(number * unit);
        return true;
    }
}
