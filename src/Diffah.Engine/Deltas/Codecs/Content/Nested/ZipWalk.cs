using System.Buffers.Binary;

namespace Diffah.Engine.Deltas.Codecs.Content.Nested;

/// <summary>
/// Goes over the entries of an archive in the order of their local headers, and gives those whose data can be cut out.
/// It goes over a file and over its skeleton alike: of the skeleton it knows what was cut out before.
/// </summary>
/// <param name="directory">The archive's directory.</param>
/// <param name="bytes">The file, or its skeleton.</param>
/// <param name="isSkeleton">What was cut out is missing in the bytes.</param>
internal ref struct ZipWalk(ZipDirectory directory, ReadOnlySpan<byte> bytes, bool isSkeleton)
{
    private const uint Signature = 0x04034B50;
    private const int HeaderLength = 30;

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _next;
    private long _end;
    private long _removed;
    private long _parts;

    /// <summary>What was cut out so far.</summary>
    public readonly long Removed => _removed;

    /// <summary>Finds the next entry whose local header is behind all that was cut out, and whose data ends before
    /// the directory.</summary>
    public bool Next(out ZipMember member)
    {
        while (_next < directory.Entries.Length)
        {
            ref readonly var entry = ref directory.Entries[_next++];
            if (entry.Header < _end || entry.Header + HeaderLength > directory.Start
                || _parts + entry.Length > NestedBounds.AllParts)
                continue;
            var at = entry.Header - (isSkeleton ? _removed : 0);
            if (at + HeaderLength > _bytes.Length)
                continue;
            var header = _bytes.Slice((int)at, HeaderLength);
            var start = entry.Header + HeaderLength + Number(header, 26) + Number(header, 28);
            if (BinaryPrimitives.ReadUInt32LittleEndian(header) != Signature
                || start + entry.Stored > directory.Start)
                continue;
            member = new((int)start, entry);
            return true;
        }
        member = default;
        return false;
    }

    /// <summary>This one is cut out.</summary>
    public void Cut(in ZipMember member)
    {
        _end = member.Start + member.Entry.Stored;
        _removed += member.Entry.Stored;
        _parts += member.Entry.Length;
    }

    private static ushort Number(ReadOnlySpan<byte> bytes, int at) =>
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);
}

/// <summary>Data of an archive that is cut out of it.</summary>
/// <param name="Start">Where in the file it begins.</param>
/// <param name="Entry">What the directory says of it.</param>
internal readonly record struct ZipMember(int Start, ZipEntry Entry);
