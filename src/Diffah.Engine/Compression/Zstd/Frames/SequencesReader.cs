namespace Diffah.Engine.Compression.Zstd.Frames;

/// <summary>Reads the sequences section of blocks (RFC 8878, section 3.1.1.3.2).</summary>
internal sealed class SequencesReader
{
    private readonly SequenceTableReader _literalLengths = new(SequenceKind.LiteralLengths);
    private readonly SequenceTableReader _offsets = new(SequenceKind.Offsets);
    private readonly SequenceTableReader _matchLengths = new(SequenceKind.MatchLengths);

    /// <summary>Begins a frame.</summary>
    public void Begin()
    {
        _literalLengths.Forget();
        _offsets.Forget();
        _matchLengths.Forget();
    }

    /// <summary>Reads sequences. Where they lead is not looked at, and <see cref="ZstdSequence.Offset"/> is not
    /// set.</summary>
    /// <param name="bytes">The block behind its literals.</param>
    /// <param name="block">Takes them.</param>
    /// <exception cref="RecipeRefusedException">There are no such sequences.</exception>
    public void Read(ReadOnlySpan<byte> bytes, ZstdBlockParts block)
    {
        bytes = bytes[ReadCount(bytes, block)..];
        if (block.SequenceCount == 0)
        {
            if (!bytes.IsEmpty)
                throw NotSo();
            return;
        }
        if (bytes.IsEmpty)
            throw Refusals.CutShort();
        int modes = bytes[0];
        if ((modes & 3) != 0)
            throw Refusals.PaddingNotZero();
        bytes = bytes[1..];
        bytes = bytes[_literalLengths.Read((ZstdTableMode)(modes >> 6), bytes, block.LiteralLengths)..];
        bytes = bytes[_offsets.Read((ZstdTableMode)((modes >> 4) & 3), bytes, block.Offsets)..];
        bytes = bytes[_matchLengths.Read((ZstdTableMode)((modes >> 2) & 3), bytes, block.MatchLengths)..];
        Decode(bytes, block.Sequences);
    }

    private static int ReadCount(ReadOnlySpan<byte> bytes, ZstdBlockParts block)
    {
        const int twoBytes = 128, threeBytes = 255, atLeast = 0x7F00;
        if (bytes.IsEmpty)
            throw Refusals.CutShort();
        var first = bytes[0];
        var length = first < twoBytes ? 1 : first < threeBytes ? 2 : 3;
        if (bytes.Length < length)
            throw Refusals.CutShort();
        var count = length switch
        {
            1 => first,
            2 => ((first - twoBytes) << 8) + bytes[1],
            _ => bytes[1] + (bytes[2] << 8) + atLeast,
        };
        if (count > ZstdBlockParts.MaximumSequences)
            throw Refusals.Corrupt("a block has too many sequences");
        (block.SequenceCount, block.SequenceCountLength) = (count, length);
        return length;
    }

    private void Decode(ReadOnlySpan<byte> bytes, Span<ZstdSequence> sequences)
    {
        var bits = new BackwardBits(bytes);
        var literalLengths = new SequenceState(_literalLengths, ref bits);
        var offsets = new SequenceState(_offsets, ref bits);
        var matchLengths = new SequenceState(_matchLengths, ref bits);
        for (var index = 0; index < sequences.Length; index++)
        {
            bits.Fill();
            var offset = offsets.Value(ref bits);
            bits.Fill();
            var matchLength = matchLengths.Value(ref bits);
            var literalLength = literalLengths.Value(ref bits);
            sequences[index] = new ZstdSequence((int)literalLength, (int)matchLength, offset, 0);
            if (index == sequences.Length - 1)
                break;
            bits.Fill();
            literalLengths.Step(ref bits);
            matchLengths.Step(ref bits);
            offsets.Step(ref bits);
        }
        if (bits.Left != 0)
            throw NotSo();
    }

    private static RecipeRefusedException NotSo() => Refusals.Corrupt("sequences are not coded as their header says");
}
