using System.Globalization;
using System.Management.Automation;

namespace Diffah.PowerShell.Formatting;

/// <summary>Times as the module's views show them, in UTC and the same in every culture.</summary>
public static class Dates
{
    private const string Universal = "u";

    /// <summary>The time, for example 2026-03-01 12:00:00Z; nothing for null.</summary>
    /// <param name="time">The time, or what a job or a file has made of it: an object with the property UtcDateTime, or
    /// a text.</param>
    public static string Format(object? time)
    {
        var wrapped = time is null ? null : PSObject.AsPSObject(time);
        return wrapped?.BaseObject switch
        {
            null => "",
            DateTimeOffset exact => exact.ToString(Universal, CultureInfo.InvariantCulture),
            DateTime local => local.ToUniversalTime().ToString(Universal, CultureInfo.InvariantCulture),
            _ => wrapped.Properties[nameof(DateTimeOffset.UtcDateTime)]?.Value is { } utc
                ? Format(utc)
                : Parse($"{time}"),
        };
    }

    private static string Parse(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? Format(time)
            : text;
}
