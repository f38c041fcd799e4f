using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Entropy;

/// <summary>The codes of a block's sequences, and how often each occurs. Writes the sequences by given
/// tables.</summary>
internal sealed class SequenceCodes
{
    /// <summary>Bytes that the longest sequence takes, more or less.</summary>
    public const int MaximumLength = 12;

    private readonly byte[] _literal = new byte[ZstdBlockDraft.MaximumSequences];
    private readonly byte[] _match = new byte[ZstdBlockDraft.MaximumSequences];
    private readonly byte[] _offset = new byte[ZstdBlockDraft.MaximumSequences];

    /// <summary>How often each code of a literal length occurs.</summary>
    public uint[] LiteralCounts { get; } = new uint[FseEncodingTable.MaximumSymbols];

    /// <summary>How often each code of a match length occurs.</summary>
    public uint[] MatchCounts { get; } = new uint[FseEncodingTable.MaximumSymbols];

    /// <summary>How often each code of an offset occurs.</summary>
    public uint[] OffsetCounts { get; } = new uint[FseEncodingTable.MaximumSymbols];

    /// <summary>Finds the codes.</summary>
    /// <param name="sequences">Sequences of one block: all lengths and offset values within the format's
    /// bounds.</param>
    public void Take(ReadOnlySpan<ZstdSequence> sequences)
    {
        Array.Clear(LiteralCounts);
        Array.Clear(MatchCounts);
        Array.Clear(OffsetCounts);
        for (var i = 0; i < sequences.Length; i++)
        {
            ref readonly var sequence = ref sequences[i];
            var literal = SequenceAlphabet.LiteralCode(sequence.LiteralLength);
            var match = SequenceAlphabet.MatchCode(sequence.MatchLength - SequenceKind.MinimumMatch);
            var offset = SequenceAlphabet.OffsetCode(sequence.OffsetValue);
            (_literal[i], _match[i], _offset[i]) = ((byte)literal, (byte)match, (byte)offset);
            LiteralCounts[literal]++;
            MatchCounts[match]++;
            OffsetCounts[offset]++;
        }
    }

    /// <summary>Writes the sequences whose codes were taken: the stream behind the tables.</summary>
    /// <param name="output">Where to; <see cref="MaximumLength"/> bytes for each sequence, and 16, are
    /// enough.</param>
    /// <param name="sequences">The sequences; at least one.</param>
    /// <param name="literals">The table of literal lengths.</param>
    /// <param name="offsets">The table of offsets.</param>
    /// <param name="matches">The table of match lengths.</param>
    /// <returns>Bytes that were written.</returns>
    public int Write(Span<byte> output, ReadOnlySpan<ZstdSequence> sequences, FseEncodingTable literals,
        FseEncodingTable offsets, FseEncodingTable matches)
    {
        var writer = new BackwardBitWriter(output);
        var last = sequences.Length - 1;
        var literalState = literals.FirstState(_literal[last]);
        var offsetState = offsets.FirstState(_offset[last]);
        var matchState = matches.FirstState(_match[last]);
        WriteBits(ref writer, sequences[last], last);
        for (var i = last - 1; i >= 0; i--)
        {
            offsets.Encode(ref writer, ref offsetState, _offset[i]);
            matches.Encode(ref writer, ref matchState, _match[i]);
            literals.Encode(ref writer, ref literalState, _literal[i]);
            WriteBits(ref writer, sequences[i], i);
        }
        matches.Finish(ref writer, matchState);
        offsets.Finish(ref writer, offsetState);
        literals.Finish(ref writer, literalState);
        return writer.Close();
    }

    // 7 bits may be left over, states take 27, and 16 come here before the next flush: less than 56.
    private void WriteBits(ref BackwardBitWriter writer, in ZstdSequence sequence, int index)
    {
        writer.AddLow((uint)sequence.LiteralLength, SequenceKind.LiteralLengthBits[_literal[index]]);
        writer.Flush();
        var excess = (uint)(sequence.MatchLength - SequenceKind.MinimumMatch);
        writer.AddLow(excess, SequenceKind.MatchLengthBits[_match[index]]);
        writer.AddLow(sequence.OffsetValue, _offset[index]);
        writer.Flush();
    }
}
