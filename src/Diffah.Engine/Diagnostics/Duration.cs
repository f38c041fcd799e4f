using System.Globalization;

namespace Diffah.Engine.Diagnostics;

/// <summary>Lengths of time as Go programs take them (500ms, 2s, 1m30s), or as a plain number of seconds.</summary>
internal static class Duration
{
    private static readonly Dictionary<string, decimal> UnitSeconds = new(StringComparer.Ordinal)
    {
        ["ns"] = 1e-9m,
        ["us"] = 1e-6m,
        ["µs"] = 1e-6m,
        ["ms"] = 1e-3m,
        ["s"] = 1,
        ["m"] = 60,
        ["h"] = 3600,
    };

    /// <summary>Parses a length of time that is not negative, of a day at most.</summary>
    /// <param name="text">The text.</param>
    /// <param name="duration">The time, where the answer is true.</param>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        ArgumentNullException.ThrowIfNull(text);
        duration = default;
        if (!TryParseSeconds(text, out var seconds) || seconds > 86400)
            return false;
        duration = TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond));
        return true;
    }

    /// <summary>A length of time in seconds, without loss: 2s, 0.5s. <see cref="TryParse"/> reads it back.</summary>
    /// <param name="duration">The time, 0 or more.</param>
    public static string Format(TimeSpan duration) =>
        string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / (decimal)TimeSpan.TicksPerSecond:0.#######}s");

    private static bool TryParseSeconds(string text, out decimal seconds)
    {
        if (TryParseNumber(text, out seconds))
            return true;
        seconds = 0;
        for (var rest = text; rest.Length > 0;)
        {
            var digits = rest.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
            var unit = rest[digits..].TakeWhile(c => !char.IsAsciiDigit(c) && c != '.').Count();
            if (!TryParseNumber(rest[..digits], out var number)
                || !UnitSeconds.TryGetValue(rest.Substring(digits, unit), out var factor))
                return false;
            seconds += number * factor;
            rest = rest[(digits + unit)..];
        }
        return text.Length > 0;
    }

    private static bool TryParseNumber(string text, out decimal number) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number)
            && number < 1e9m;
}
