using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Diffah.Engine.Signing;

/// <summary>One block of a PEM file (RFC 7468); its content is cleared on disposal.</summary>
/// <param name="Label">The label of the block.</param>
/// <param name="Content">The content, decoded.</param>
internal sealed record PemBlock(string Label, byte[] Content) : IDisposable
{
    /// <summary>
    /// The first block of a text that is a key or could be taken for one. It skips what openssl writes before a key.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<char> text, [NotNullWhen(true)] out PemBlock? block)
    {
        block = null;
        while (block is null && PemEncoding.TryFind(text, out var fields))
        {
            var label = text[fields.Label].ToString();
            if (label != "EC PARAMETERS")
                block = new PemBlock(label, Decode(text[fields.Base64Data], fields.DecodedDataLength));
            text = text[fields.Location.End..];
        }
        return block is not null;
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(Content);

    // A record prints its members, and this one holds secrets.
    public override string ToString() => Label;

    private static byte[] Decode(ReadOnlySpan<char> text, int length)
    {
        var content = new byte[length];
        return Convert.TryFromBase64Chars(text, content, out var written) && written == length ? content : [];
    }
}
