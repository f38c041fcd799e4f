using System.Globalization;
using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Rendering;

/// <summary>Sizes and shares as people read them.</summary>
internal static class HumanSize
{
    /// <summary>Bytes in the unit that keeps the number short: 17 B, 1.2 MiB.</summary>
    public static string Of(long bytes) => ByteSize.Format(bytes);

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
