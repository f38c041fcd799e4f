using System.Globalization;
using System.Text.Json;

namespace Diffah.Engine.Signing;

/// <summary>
/// Numbers as ECMAScript writes them (ECMA-262, Number::toString, radix 10), which RFC 8785, section 3.2.2.3, asks for.
/// </summary>
internal static class CanonicalNumber
{
    /// <summary>The canonical form of a number.</summary>
    /// <exception cref="JsonException">Infinite, or not a number.</exception>
    public static string Format(double value)
    {
        if (!double.IsFinite(value))
            throw new JsonException("it holds a number that is larger than any double.");
        if (value == 0)
            return "0";
        var (digits, point) = Shortest(Math.Abs(value));
        return (value < 0 ? "-" : "") + Place(digits, point);
    }

    /// <summary>
    /// The shortest digits that parse to the number, and the exponent: the number is 0.DIGITS times ten to that power.
    /// </summary>
    private static (string Digits, int Point) Shortest(double value)
    {
        var parts = value.ToString("R", CultureInfo.InvariantCulture).Split('E');
        var exponent =
            parts.Length > 1 ? int.Parse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : 0;
        var whole = parts[0].Split('.')[0];
        var all = parts[0].Replace(".", "", StringComparison.Ordinal);
        var digits = all.TrimStart('0');
        return (digits.TrimEnd('0'), whole.Length - (all.Length - digits.Length) + exponent);
    }

    private static string Place(string digits, int point)
    {
        if (point is > 21 or < -5)
            return Exponential(digits, point - 1);
        if (point <= 0)
            return "0." + new string('0', -point) + digits;
        return point >= digits.Length ? digits.PadRight(point, '0') : digits.Insert(point, ".");
    }

    private static string Exponential(string digits, int exponent) =>
        $"{digits[0]}{(digits.Length > 1 ? "." : "")}{digits[1..]}e{(exponent < 0 ? "-" : "+")}{Math.Abs(exponent)}";
}
