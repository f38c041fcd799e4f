using System.Buffers.Binary;

namespace Diffah.Engine.Deltas.Codecs.Content.Nested;

/// <summary>What the central directory of a zip archive says of an entry.</summary>
/// <param name="Header">Where in the file its local header is said to be.</param>
/// <param name="Index">The how-manieth entry it is.</param>
/// <param name="Name">Where its name is, in the bytes that the directory was read from.</param>
/// <param name="NameLength">The bytes of its name.</param>
/// <param name="Stored">The bytes of its data.</param>
/// <param name="Length">The bytes of its content.</param>
/// <param name="IsDeflated">The data is a deflate stream; otherwise it is the content.</param>
internal readonly record struct ZipEntry(
    long Header, int Index, int Name, int NameLength, int Stored, int Length, bool IsDeflated)
{
    /// <summary>The bytes of a record of the directory without its name and what follows it.</summary>
    public const int RecordLength = 46;

    private const uint Signature = 0x02014B50;

    // Encrypted, patched data, strong encryption, a masked header.
    private const ushort Unreadable = 1 | (1 << 5) | (1 << 6) | (1 << 13);

    /// <summary>Reads a record of the directory.</summary>
    /// <param name="bytes">Begins with the record.</param>
    /// <param name="at">Where that is in what the directory is read from.</param>
    /// <param name="index">The how-manieth record it is.</param>
    /// <param name="shift">By how much local headers are behind where the records say.</param>
    /// <param name="entry">The entry; null where its data is to be left where it is.</param>
    /// <returns>The bytes of the record; 0 where there is none.</returns>
    public static int Read(ReadOnlySpan<byte> bytes, int at, int index, long shift, out ZipEntry? entry)
    {
        entry = null;
        if (bytes.Length < RecordLength || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Signature)
            return 0;
        var (name, extra, comment) = (Number(bytes, 28), Number(bytes, 30), Number(bytes, 32));
        var length = RecordLength + name + extra + comment;
        if (length > bytes.Length)
            return 0;
        var (flags, method) = (Number(bytes, 8), Number(bytes, 10));
        var (stored, content) = (Size(bytes, 20), Size(bytes, 24));
        if ((flags & Unreadable) == 0 && stored > 0 && stored < NestedBounds.FileLength
            && content > 0 && content <= NestedBounds.Inflated(stored)
            && (method == 8 || (method == 0 && stored == content)))
            entry = new(
                shift + Size(bytes, 42), index, at + RecordLength, name, (int)stored, (int)content, method == 8);
        return length;
    }

    private static ushort Number(ReadOnlySpan<byte> bytes, int at) =>
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint Size(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
}
