namespace Diffah.PowerShell.Formatting;

/// <summary>Digests as tables show them.</summary>
public static class Digests
{
    private const int ShortLength = 12;

    /// <summary>The first twelve characters after the algorithm, as container tools print them; nothing for null.</summary>
    /// <param name="digest">The digest, <c>algorithm:hex</c>, or null.</param>
    public static string Shorten(string? digest)
    {
        var hex = digest?[(digest.IndexOf(':', StringComparison.Ordinal) + 1)..] ?? "";
        return hex.Length > ShortLength ? hex[..ShortLength] : hex;
    }
}
