using System.Globalization;

namespace Diffah.Engine.Tar;

/// <summary>A time as tars write it: seconds since 1970 (UTC), which may be negative, and parts of a second.</summary>
/// <param name="Seconds">The whole seconds at or before the time.</param>
/// <param name="Nanoseconds">What follows them, 0 to 999,999,999; what is finer is cut off.</param>
internal readonly record struct TarTime(long Seconds, int Nanoseconds)
{
    private const int Digits = 9; // of a nanosecond

    /// <summary>Reads the decimal number of an extended header: <c>1350244992.023960108</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="time">The time where the answer is true.</param>
    public static bool TryParse(string text, out TarTime time)
    {
        time = default;
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var (whole, fraction) = point < 0 ? (text, "") : (text[..point], text[(point + 1)..]);
        if (!long.TryParse(whole, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds)
            || fraction.AsSpan().ContainsAnyExceptInRange('0', '9'))
            return false;
        var nanoseconds = int.Parse(
            fraction.PadRight(Digits, '0').AsSpan(0, Digits), NumberStyles.None, CultureInfo.InvariantCulture);
        // Of -1.25, the whole second before it is -2.
        time = nanoseconds > 0 && whole.StartsWith('-') && seconds > long.MinValue
            ? new TarTime(seconds - 1, 1_000_000_000 - nanoseconds)
            : new TarTime(seconds, nanoseconds);
        return true;
    }

    /// <summary>The time in UTC (RFC 3339), or its seconds where no calendar has it.</summary>
    public override string ToString()
    {
        var fraction = Nanoseconds == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $".{Nanoseconds:D9}").TrimEnd('0');
        var isInCalendar = Seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds()
            && Seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds();
        return isInCalendar
            ? string.Create(CultureInfo.InvariantCulture,
                $"{DateTimeOffset.FromUnixTimeSeconds(Seconds):yyyy-MM-ddTHH:mm:ss}{fraction}Z")
            : string.Create(CultureInfo.InvariantCulture, $"{Seconds}{fraction}");
    }
}
