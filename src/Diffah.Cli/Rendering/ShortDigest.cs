namespace Diffah.Cli.Rendering;

/// <summary>Digests as tables show them.</summary>
internal static class ShortDigest
{
    private const int Digits = 12;

    /// <summary>The first digits of a digest: sha256:0123456789ab.</summary>
    public static string Of(string digest)
    {
        var length = digest.IndexOf(':') + 1 + Digits;
        return digest.Length > length ? digest[..length] : digest;
    }
}
