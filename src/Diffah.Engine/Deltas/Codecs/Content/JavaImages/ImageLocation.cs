using Diffah.Engine.Compression;

namespace Diffah.Engine.Deltas.Codecs.Content.JavaImages;

/// <summary>Where a resource of an image is, and where its names are among the strings.</summary>
internal record struct ImageLocation
{
    private const int End = 0;
    private const int LastKind = 7;
    private const int LengthBits = 3;

    public ulong Module;
    public ulong Parent;
    public ulong Base;
    public ulong Extension;

    /// <summary>Where it is, from the end of the index.</summary>
    public ulong Offset;

    /// <summary>How many bytes it has in the image; 0 where it is not compressed.</summary>
    public ulong Compressed;

    /// <summary>How many bytes it has when it is not compressed.</summary>
    public ulong Size;

    /// <summary>Bytes that it has in the image.</summary>
    public readonly ulong Stored => Compressed == 0 ? Size : Compressed;

    /// <summary>
    /// Reads the attributes of a location: a byte with the kind, and the length of the number less one; then the
    /// number, the most significant byte first. Kinds ascend; kind 0 ends it.
    /// </summary>
    /// <param name="bytes">The locations.</param>
    /// <param name="at">Where it begins; becomes where it ends.</param>
    /// <param name="location">What it says.</param>
    /// <returns>False where it is no location.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, ref int at, out ImageLocation location)
    {
        location = default;
        for (var last = End; at < bytes.Length;)
        {
            var (kind, length) = (bytes[at] >> LengthBits, (bytes[at] & ((1 << LengthBits) - 1)) + 1);
            at++;
            if (kind == End)
                return true;
            if (kind <= last || kind > LastKind || length > bytes.Length - at)
                return false;
            last = kind;
            var value = 0UL;
            foreach (var next in bytes.Slice(at, length))
                value = value << 8 | next;
            location.Attribute(kind) = value;
            at += length;
        }
        return false;
    }

    /// <summary>Writes the location; a number of 0 has no attribute, and others have no byte too many.</summary>
    public void Write(ByteList output)
    {
        for (var kind = 1; kind <= LastKind; kind++)
        {
            var value = Attribute(kind);
            if (value == 0)
                continue;
            var length = (71 - System.Numerics.BitOperations.LeadingZeroCount(value)) / 8;
            output.Add((byte)(kind << LengthBits | (length - 1)));
            for (var shift = 8 * (length - 1); shift >= 0; shift -= 8)
                output.Add((byte)(value >> shift));
        }
        output.Add(End);
    }

    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    private ref ulong Attribute(int kind)
    {
        switch (kind)
        {
            case 1: return ref Module;
            case 2: return ref Parent;
            case 3: return ref Base;
            case 4: return ref Extension;
            case 5: return ref Offset;
            case 6: return ref Compressed;
            default: return ref Size;
        }
    }
}
