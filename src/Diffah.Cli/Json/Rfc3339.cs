using System.Globalization;

namespace Diffah.Cli.Json;

/// <summary>Times as RFC 3339 has them, in UTC, with as many digits as they need.</summary>
internal static class Rfc3339
{
    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
