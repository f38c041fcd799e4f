using Diffah.Engine.Compression.Zstd.Entropy;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Blocks;

/// <summary>Writes the sequences section of blocks (RFC 8878, section 3.1.1.3.2).</summary>
internal sealed class SequencesWriter
{
    /// <summary>Bytes that are enough for any.</summary>
    public const int MaximumLength = 4 + 3 * FseCountsWriter.MaximumLength + 16
        + SequenceCodes.MaximumLength * ZstdBlockParts.MaximumSequences;

    private const int LongestLiterals = 131_071;
    private const int LongestMatch = 131_074;

    private readonly SequenceTableWriter _literalLengths =
        new(SequenceKind.LiteralLengths, PredefinedTables.Literals);

    private readonly SequenceTableWriter _offsets = new(SequenceKind.Offsets, PredefinedTables.Offsets);

    private readonly SequenceTableWriter _matchLengths = new(SequenceKind.MatchLengths, PredefinedTables.Matches);

    private readonly SequenceCodes _codes = new();

    /// <summary>Begins a frame.</summary>
    public void Begin()
    {
        _literalLengths.Forget();
        _offsets.Forget();
        _matchLengths.Forget();
    }

    /// <summary>Writes sequences.</summary>
    /// <param name="block">The block that has them.</param>
    /// <param name="output">Where to; <see cref="MaximumLength"/> bytes are enough.</param>
    /// <returns>Bytes that were written.</returns>
    /// <exception cref="RecipeRefusedException">They can't be written so.</exception>
    public int Write(ZstdBlockParts block, Span<byte> output)
    {
        var length = WriteCount(block, output);
        var sequences = block.Sequences;
        if (sequences.IsEmpty)
            return length;
        foreach (ref readonly var sequence in sequences)
        {
            if (sequence.LiteralLength is < 0 or > LongestLiterals || sequence.MatchLength > LongestMatch
                || sequence.MatchLength < SequenceKind.MinimumMatch || sequence.OffsetValue == 0)
                throw NotSo();
        }
        output[length++] = (byte)(((int)block.LiteralLengths.Mode << 6)
            | ((int)block.Offsets.Mode << 4) | ((int)block.MatchLengths.Mode << 2));
        length += _literalLengths.Write(block.LiteralLengths, output[length..]);
        length += _offsets.Write(block.Offsets, output[length..]);
        length += _matchLengths.Write(block.MatchLengths, output[length..]);
        _codes.Take(sequences);
        return length + _codes.Write(
            output[length..],
            sequences,
            _literalLengths.For(_codes.LiteralCounts),
            _offsets.For(_codes.OffsetCounts),
            _matchLengths.For(_codes.MatchCounts));
    }

    private static int WriteCount(ZstdBlockParts block, Span<byte> output)
    {
        var shortest = SectionHeaders.WriteSequenceCount(output, block.SequenceCount);
        if (block.SequenceCountLength == shortest)
            return shortest;
        // Two bytes can say what one would do for; three begin above what one says.
        if (block.SequenceCountLength != 2 || shortest != 1)
            throw NotSo();
        (output[0], output[1]) = (128, (byte)block.SequenceCount);
        return 2;
    }

    private static RecipeRefusedException NotSo() => Refusals.Corrupt("sequences can't be written as they say");
}
