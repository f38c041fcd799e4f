using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>Takes over the tables of a block that another encoder made, without decoding it.</summary>
internal sealed class GoForeignBlock(
    GoLiteralCoder literals, GoTableCoder lengths, GoTableCoder offsets, GoTableCoder matches)
{
    /// <summary>Takes over.</summary>
    /// <param name="block">The block with its header.</param>
    /// <exception cref="RecipeRefusedException">It can't be read.</exception>
    public void Follow(ReadOnlySpan<byte> block)
    {
        var header = ZstdBlockHeader.Read(block);
        if (block.Length != ZstdBlockHeader.Length + header.BodyLength)
            throw Refusals.CutShort();
        if (header.Type != ZstdBlockType.Compressed)
            return;
        var body = block[ZstdBlockHeader.Length..];
        body = From(body, FollowLiterals(body));
        if (Byte(body, 0) == 0)
            return;
        body = From(body, body[0] < 128 ? 1 : body[0] < 255 ? 2 : 3);
        var modes = Byte(body, 0);
        body = body[1..];
        body = FollowTable(lengths, modes >> 6, body, SequenceKind.LiteralLengths);
        body = FollowTable(offsets, (modes >> 4) & 3, body, SequenceKind.Offsets);
        FollowTable(matches, (modes >> 2) & 3, body, SequenceKind.MatchLengths);
    }

    private int FollowLiterals(ReadOnlySpan<byte> body)
    {
        var type = (ZstdLiteralsType)(Byte(body, 0) & 3);
        var format = (body[0] >> 2) & 3;
        var isCoded = type is ZstdLiteralsType.Compressed or ZstdLiteralsType.Treeless;
        var header = isCoded ? Math.Max(3, format + 2) : format is 1 or 3 ? (format + 3) / 2 : 1;
        var field = 0UL;
        for (var i = 0; i < header; i++)
            field |= (ulong)Byte(body, i) << (8 * i);
        if (!isCoded)
            return header + (type == ZstdLiteralsType.Rle ? 1 : (int)(field >> (header == 1 ? 3 : 4)));
        var width = header == 3 ? 10 : header == 4 ? 14 : 18;
        var length = (int)(field >> (4 + width));
        if (type == ZstdLiteralsType.Compressed)
        {
            var weights = new ZstdHuffmanWeights();
            var streams = From(body, header);
            new HuffmanWeightsReader().Read(streams[..Math.Min(length, streams.Length)], weights);
            literals.Follow(weights);
        }
        return header + length;
    }

    private static ReadOnlySpan<byte> FollowTable(
        GoTableCoder table, int mode, ReadOnlySpan<byte> body, SequenceKind kind)
    {
        var counts = new FseCounts();
        var length = mode == (int)ZstdTableMode.Rle ? 1 : 0;
        if (mode == (int)ZstdTableMode.Fse)
            length = FseCountsReader.Read(body, counts, kind.MaximumLog, kind.Count);
        table.Follow((ZstdTableMode)mode, counts.Counts, counts.AccuracyLog);
        return From(body, length);
    }

    private static int Byte(ReadOnlySpan<byte> bytes, int index) =>
        index < bytes.Length ? bytes[index] : throw Refusals.CutShort();

    private static ReadOnlySpan<byte> From(ReadOnlySpan<byte> bytes, int start) =>
        start <= bytes.Length ? bytes[start..] : throw Refusals.CutShort();
}
