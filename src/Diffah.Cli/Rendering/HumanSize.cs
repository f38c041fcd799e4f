using System.Globalization;

namespace Diffah.Cli.Rendering;

/// <summary>Sizes and shares as people read them.</summary>
internal static class HumanSize
{
    private static readonly string[] Units = ["KiB", "MiB", "GiB", "TiB"];

    /// <summary>Bytes in the unit that keeps the number short: 17 B, 1.2 MiB.</summary>
    public static string Of(long bytes)
    {
        if (Math.Abs(bytes) < 1024)
            return string.Create(CultureInfo.InvariantCulture, $"{bytes} B");
        var (value, unit) = (bytes / 1024.0, 0);
        // 1023.95 would be written as 1024.0
        for (; Math.Abs(value) >= 1023.95 && unit < Units.Length - 1; unit++)
            value /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {Units[unit]}");
    }

    /// <summary>A fraction of one in per cent: 41.5%.</summary>
    public static string Percent(double fraction) => string.Create(CultureInfo.InvariantCulture, $"{fraction * 100:0.0}%");

    /// <summary>A part in per cent of a whole; 0.0% of nothing.</summary>
    public static string Percent(long part, long whole) => Percent(whole == 0 ? 0 : (double)part / whole);

    /// <summary>The first digits of a digest: sha256:0123456789ab.</summary>
    public static string ShortDigest(string digest)
    {
        var length = digest.IndexOf(':') + 1 + 12;
        return digest.Length > length ? digest[..length] : digest;
    }
}
