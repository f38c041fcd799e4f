using System.Text;

namespace Diffah.Engine.Tar;

/// <summary>
/// One 512-byte header of a tar: the fields that say where an entry is and what it is called. All else stays raw.
/// Positions are those of POSIX.1-1988 ustar, and of the formats that share its start: v7, GNU, star.
/// </summary>
/// <param name="block">The block.</param>
internal readonly ref struct TarHeader(ReadOnlySpan<byte> block)
{
    /// <summary>The size of every block of a tar, in bytes.</summary>
    public const int BlockSize = 512;

    private readonly ReadOnlySpan<byte> _block = block;

    /// <summary>True for the block that ends a tar.</summary>
    public bool IsZero => !_block.ContainsAnyExcept((byte)0);

    /// <summary>What kind of header or entry it is, as stored.</summary>
    public byte Type => _block[156];

    /// <summary>What a link leads to.</summary>
    public string LinkName => TarText.Read(_block.Slice(157, 100));

    /// <summary>The name, its prefix included.</summary>
    public string Name
    {
        get
        {
            var name = TarText.Read(_block[..100]);
            var prefix = TarText.Read(Prefix);
            return prefix.Length == 0 ? name : $"{prefix}/{name}";
        }
    }

    /// <summary>Bytes that follow the header.</summary>
    /// <exception cref="InvalidDataException">It is no number of bytes.</exception>
    public long Size => TarNumber.TryRead(_block.Slice(124, 12), out var size) && size >= 0
        ? size
        : throw new InvalidDataException("the size of an entry is not a number of bytes");

    /// <summary>True where the block's sum is the one it claims: else it is no header.</summary>
    public bool IsIntact
    {
        get
        {
            if (!TarNumber.TryRead(_block.Slice(148, 8), out var claimed))
                return false;
            long sum = 0, signed = 0;
            for (var i = 0; i < BlockSize; i++)
            {
                var value = i is >= 148 and < 156 ? (byte)' ' : _block[i];
                (sum, signed) = (sum + value, signed + (sbyte)value);
            }
            // Some old systems summed signed bytes.
            return claimed == sum || claimed == signed;
        }
    }

    // GNU has times where ustar has the prefix; star ends the prefix early, and marks itself at the end of the block.
    private ReadOnlySpan<byte> Prefix => !_block.Slice(257, 6).SequenceEqual("ustar\0"u8)
        ? []
        : _block.Slice(345, _block.Slice(508, 4).SequenceEqual("tar\0"u8) ? 131 : 155);
}

/// <summary>Names of a tar: bytes in no encoding that anybody tells.</summary>
internal static class TarText
{
    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// Text up to the first NUL: UTF-8 where it is valid, else one character a byte (Latin-1), so that no two names
    /// become one.
    /// </summary>
    /// <param name="bytes">The bytes.</param>
    public static string Read(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        var text = end < 0 ? bytes : bytes[..end];
        try
        {
            return Strict.GetString(text);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(text);
        }
    }
}
