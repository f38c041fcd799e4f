using System.Security.Cryptography;
using System.Text;

namespace Diffah.Engine.Tar;

/// <summary>The value of an extended attribute: the value itself where it is short, else its digest.</summary>
/// <param name="Length">Its bytes.</param>
/// <param name="Text">The value as people can read it, or its SHA-256. The same text is the same value.</param>
internal sealed record TarAttribute(int Length, string Text)
{
    /// <summary>About how many characters are kept of a value at most.</summary>
    public const int KeptLength = 160;

    private const int Shown = 64;

    /// <summary>Keeps a value.</summary>
    /// <param name="value">The value.</param>
    public static TarAttribute Of(ReadOnlySpan<byte> value)
    {
        if (value.Length > Shown)
            return new TarAttribute(value.Length, $"sha256:{Convert.ToHexStringLower(SHA256.HashData(value))}");
        // Some writers end a text with a NUL; one that has none else differs from one that has it.
        return value.ContainsAnyExceptInRange((byte)' ', (byte)'~')
            ? new TarAttribute(value.Length, $"0x{Convert.ToHexStringLower(value)}")
            : new TarAttribute(value.Length, $"\"{Encoding.ASCII.GetString(value)}\"");
    }
}
