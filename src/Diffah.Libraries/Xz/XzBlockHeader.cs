using System.Buffers.Binary;
using SharpCompress.Compressors.Xz;

namespace Diffah.Libraries.Xz;

/// <summary>The header of a block (.xz file format, section 3.1).</summary>
/// <param name="Length">Bytes of the header.</param>
/// <param name="Compressed">Bytes of the compressed data; null where it does not say.</param>
/// <param name="Content">Bytes of the content; null where it does not say.</param>
/// <param name="Dictionary">How far LZMA2 looks back, as its filter's properties say it.</param>
internal readonly record struct XzBlockHeader(int Length, long? Compressed, long? Content, byte Dictionary)
{
    private const long Lzma2 = 0x21;

    // 40 is 4 GiB less one byte; the library's dictionary is one array.
    private const int LargestDictionary = 37; // 1.5 GiB

    /// <summary>Bytes of the dictionary.</summary>
    public long DictionarySize => (2L | (uint)(Dictionary & 1)) << (Dictionary / 2 + 11);

    /// <summary>Reads a header.</summary>
    /// <param name="first">Its first byte, which says how long it is.</param>
    /// <param name="input">What follows.</param>
    public static XzBlockHeader Read(byte first, XzInput input)
    {
        var bytes = new byte[(first + 1) * 4];
        bytes[0] = first;
        input.Take(bytes.AsSpan(1));
        var fields = bytes.AsSpan(0, bytes.Length - sizeof(uint));
        if (Crc32.Compute(fields.ToArray()) != BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(fields.Length)))
            throw new CompressionFaultException("the header of a block is damaged");
        return Read(fields);
    }

    private static XzBlockHeader Read(ReadOnlySpan<byte> fields)
    {
        const int reserved = 0x3C;
        var length = fields.Length + sizeof(uint);
        var flags = fields[1];
        if ((flags & reserved) != 0)
            throw new UnknownFeatureException("it uses what its format did not define when this was written");
        fields = fields[2..];
        long? compressed = (flags & 0x40) != 0 ? XzNumber.Read(ref fields) : null;
        long? content = (flags & 0x80) != 0 ? XzNumber.Read(ref fields) : null;
        var filter = XzNumber.Read(ref fields);
        if (filter != Lzma2 || (flags & 3) != 0)
            throw new UnknownFeatureException("it uses another filter than LZMA2 alone");
        if (XzNumber.Read(ref fields) != 1 || fields.IsEmpty || fields[1..].ContainsAnyExcept((byte)0))
            throw new CompressionFaultException("the header of a block can't be right");
        return fields[0] <= LargestDictionary
            ? new XzBlockHeader(length, compressed, content, fields[0])
            : throw new UnknownFeatureException("it needs a dictionary of more than 1.5 GiB");
    }
}

/// <summary>Numbers of variable length (.xz file format, section 1.2).</summary>
internal static class XzNumber
{
    private const int MaximumBytes = 9;

    public static long Read(ref ReadOnlySpan<byte> bytes)
    {
        long number = 0;
        for (var i = 0; i < MaximumBytes && i < bytes.Length; i++)
        {
            if (!Add(ref number, bytes[i], i))
                continue;
            bytes = bytes[(i + 1)..];
            return number;
        }
        throw Damaged();
    }

    /// <summary>Reads a number, and tells of its bytes.</summary>
    public static long Read(Func<byte> next)
    {
        long number = 0;
        for (var i = 0; i < MaximumBytes; i++)
        {
            if (Add(ref number, next(), i))
                return number;
        }
        throw Damaged();
    }

    // True where the byte is the number's last.
    private static bool Add(ref long number, byte value, int index)
    {
        if (value == 0 && index > 0)
            throw Damaged();
        number |= (long)(value & 0x7F) << (7 * index);
        return (value & 0x80) == 0;
    }

    private static CompressionFaultException Damaged() => new("a number of it can't be right");
}
