using System.Buffers;
using System.Globalization;
using Diffah.Engine.Tar;

namespace Diffah.Engine.Deltas.Codecs.Content.Structure;

/// <summary>
/// Cuts a content into records: where a block has a header's checksum, and its data are there, it is a record. The
/// first block for which that is not so begins the tail. No bytes are refused: what is no tar is all tail.
/// </summary>
internal static class RecordWalk
{
    /// <summary>The most records of a content; what follows them is its tail.</summary>
    public const int MaximumRecords = 1 << 22;

    /// <summary>The most bytes of an extended header that are looked into.</summary>
    public const int MaximumExtendedHeader = 1 << 20;

    /// <summary>Walks through a content.</summary>
    /// <param name="content">The content.</param>
    /// <param name="cancellationToken">Stops the walk.</param>
    public static RecordList Read(IContentBytes content, CancellationToken cancellationToken) =>
        Read(content, MaximumRecords, cancellationToken);

    /// <summary>The same with another bound.</summary>
    /// <param name="content">The content.</param>
    /// <param name="maximum">The most records.</param>
    /// <param name="cancellationToken">Stops the walk.</param>
    internal static RecordList Read(IContentBytes content, int maximum, CancellationToken cancellationToken)
    {
        var records = new RecordList(content.Length);
        Span<byte> block = stackalloc byte[TarHeader.BlockSize];
        long? paxSize = null;
        while (records.Count < maximum && records.TailLength >= TarHeader.BlockSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var dataOffset = records.TailOffset + TarHeader.BlockSize;
            content.Read(records.TailOffset, block);
            if (!new TarHeader(block).IsIntact || DataLength(content, dataOffset, block, paxSize) is not { } length
                || length > content.Length - dataOffset)
                break;
            paxSize = block[HeaderLayout.Type] switch
            {
                (byte)'x' => PaxSize(content, dataOffset, length),
                (byte)'g' or (byte)'L' or (byte)'K' => paxSize,
                _ => null,
            };
            records.Add(length);
        }
        return records;
    }

    /// <summary>How long the data of a record are by its header alone; null where that is no number.</summary>
    /// <param name="block">The header.</param>
    public static long? DataLength(ReadOnlySpan<byte> block) => HasData(block) ? Size(block) : 0;

    /// <summary>Reads an extended header; empty for one that is not looked into.</summary>
    /// <param name="content">The content.</param>
    /// <param name="offset">Where its data are.</param>
    /// <param name="length">How long they are.</param>
    /// <param name="use">What is done with the bytes.</param>
    public static T ReadExtended<T>(
        IContentBytes content, long offset, long length, Func<ReadOnlyMemory<byte>, T> use)
    {
        if (length > MaximumExtendedHeader)
            return use(default);
        var buffer = ArrayPool<byte>.Shared.Rent((int)length);
        try
        {
            content.Read(offset, buffer.AsSpan(0, (int)length));
            return use(buffer.AsMemory(0, (int)length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static long? DataLength(IContentBytes content, long dataOffset, ReadOnlySpan<byte> block, long? paxSize)
    {
        if (!HasData(block))
            return 0;
        var isExtended = block[HeaderLayout.Type] is (byte)'x' or (byte)'g' or (byte)'L' or (byte)'K';
        var size = isExtended ? Size(block) : paxSize ?? Size(block);
        return size + SparseBlocks(content, dataOffset, block);
    }

    // Links, devices, folders and pipes have none, whatever their size says; nor has a folder of v7.
    private static bool HasData(ReadOnlySpan<byte> block)
    {
        if (block[HeaderLayout.Type] != 0)
            return block[HeaderLayout.Type] is < (byte)'1' or > (byte)'6';
        var name = HeaderLayout.Name.Of(block);
        var end = name.IndexOf((byte)0);
        return (end < 0 ? name : name[..end]) is not [.., (byte)'/'];
    }

    // No larger than any content can be, so that sums stay in their range.
    private static long? Size(ReadOnlySpan<byte> block) =>
        TarNumber.TryRead(HeaderLayout.Size.Of(block), out var size) && size is >= 0 and <= long.MaxValue / 2
            ? size : null;

    // The map of an old GNU sparse file goes on in blocks of its own, before the data.
    private static long SparseBlocks(IContentBytes content, long offset, ReadOnlySpan<byte> block)
    {
        if (block[HeaderLayout.Type] != (byte)'S' || block[482] == 0)
            return 0;
        Span<byte> more = stackalloc byte[1];
        for (var next = offset; next <= content.Length - TarHeader.BlockSize;)
        {
            content.Read(next + 504, more);
            next += TarHeader.BlockSize;
            if (more[0] == 0)
                return next - offset;
        }
        return content.Length; // more than there is
    }

    private static long? PaxSize(IContentBytes content, long offset, long length) =>
        ReadExtended(content, offset, length, static bytes => PaxSize(bytes.Span));

    private static long? PaxSize(ReadOnlySpan<byte> bytes)
    {
        long? size = null;
        while (PaxRecords.TryNext(ref bytes, out var key, out var value))
        {
            if (key.SequenceEqual("size"u8))
                size = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    && number <= long.MaxValue / 2 ? number : null;
        }
        return size;
    }
}
