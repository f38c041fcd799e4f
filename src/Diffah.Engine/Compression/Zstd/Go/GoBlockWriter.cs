using Diffah.Engine.Compression.Zstd.Entropy;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>Writes blocks, and decides how: compressed, raw or as one byte.</summary>
/// <param name="generation">The generation, of <see cref="GoRelease"/>.</param>
/// <param name="level">The level.</param>
/// <param name="blockSize">The content of a block that is full, in bytes.</param>
internal sealed class GoBlockWriter(byte generation, int level, int blockSize)
{
    private const int LeastGain = 16;
    private const int LeastAlone = 32;
    private const int FourStreams = 1024;

    private readonly byte[] _output = new byte[OutputLength];
    private readonly GoLiteralCoder _literals = new();
    private readonly GoLiteralCoder _literalsBefore = new();
    private readonly SequenceCodes _codes = new();
    private readonly GoTableCoder _lengths = new(SequenceKind.LiteralLengths);
    private readonly GoTableCoder _offsets = new(SequenceKind.Offsets);
    private readonly GoTableCoder _matches = new(SequenceKind.MatchLengths);
    private readonly int _leastCoded = generation < GoRelease.ShorterLiterals ? 33 : 17;
    private readonly int _gainShift = generation < GoRelease.LowerGain ? 5 : 6;
    private readonly bool _triesLiterals = level > (generation < GoRelease.LowerGain ? 1 : 2);
    private int _length;

    // Literals as they are, tables, and sequences that are all as long as can be.
    private static int OutputLength => ZstdBlockDraft.MaximumLength + 4 * FseCountsWriter.MaximumLength
        + SequenceCodes.MaximumLength * ZstdBlockDraft.MaximumSequences;

    /// <summary>The block that was written last, with its header.</summary>
    public ReadOnlySpan<byte> Output => _output.AsSpan(0, _length);

    /// <summary>Writes a block.</summary>
    /// <param name="draft">What it says.</param>
    /// <param name="content">Its content; at least one byte.</param>
    /// <param name="isLast">No block of the frame follows.</param>
    public void Write(ZstdBlockDraft draft, ReadOnlySpan<byte> content, bool isLast)
    {
        Begin();
        var literals = draft.Literals;
        if (generation < GoRelease.LowerGain && literals.Length == content.Length && content.Length == blockSize)
            WriteRaw(content, isLast);
        else if (draft.SequenceCount == 0)
            WriteLiterals(literals, isLast);
        else if (generation >= GoRelease.Runs && IsRun(draft))
            WriteRun(content[0], draft.Sequences[0].LiteralLength + draft.Sequences[0].MatchLength, isLast);
        else if (content.Length - literals.Length - (content.Length >> _gainShift) < LeastGain)
            WriteLiterals(content, isLast);
        else
            WriteSequences(draft, content, isLast);
    }

    /// <summary>Begins a frame: no block before it counts.</summary>
    public void Restart()
    {
        _literals.ForbidReuse();
        _lengths.Restart();
        _offsets.Restart();
        _matches.Restart();
    }

    /// <summary>Writes a block without content, the last.</summary>
    public void WriteEnd()
    {
        Begin();
        WriteRaw([], true);
    }

    /// <summary>The block that was written last stands in the frame in other bytes.</summary>
    /// <exception cref="RecipeRefusedException">It can't be read.</exception>
    public void Replace(ReadOnlySpan<byte> block)
    {
        _literals.CopyFrom(_literalsBefore);
        _lengths.TakeBack();
        _offsets.TakeBack();
        _matches.TakeBack();
        new GoForeignBlock(_literals, _lengths, _offsets, _matches).Follow(block);
    }

    private static bool IsRun(ZstdBlockDraft draft)
    {
        const uint offsetOne = 1 + 3;
        if (draft.SequenceCount != 1 || draft.Literals.Length > 1)
            return false;
        var sequence = draft.Sequences[0];
        return sequence.LiteralLength == draft.Literals.Length && sequence.OffsetValue == offsetOne;
    }

    private void Begin()
    {
        _literalsBefore.CopyFrom(_literals);
        _lengths.Begin();
        _offsets.Begin();
        _matches.Begin();
    }

    private void WriteRaw(ReadOnlySpan<byte> content, bool isLast)
    {
        new ZstdBlockHeader(ZstdBlockType.Raw, content.Length, isLast).Write(_output);
        content.CopyTo(_output.AsSpan(ZstdBlockHeader.Length));
        _length = ZstdBlockHeader.Length + content.Length;
    }

    private void WriteRun(byte value, int length, bool isLast)
    {
        new ZstdBlockHeader(ZstdBlockType.Rle, length, isLast).Write(_output);
        _output[ZstdBlockHeader.Length] = value;
        _length = ZstdBlockHeader.Length + 1;
    }

    /// <summary>Writes a block of literals only.</summary>
    private void WriteLiterals(ReadOnlySpan<byte> literals, bool isLast)
    {
        if (literals.Length < LeastAlone || !_triesLiterals)
        {
            WriteRaw(literals, isLast);
            return;
        }
        switch (Code(literals, 0))
        {
            case ZstdLiteralsType.Raw:
                WriteRaw(literals, isLast);
                break;
            case ZstdLiteralsType.Rle:
                WriteRun(literals[0], literals.Length, isLast);
                break;
            case var type:
                var length = PutCoded(type, literals.Length);
                _output[length++] = 0;
                Finish(length, isLast);
                break;
        }
    }

    private void WriteSequences(ZstdBlockDraft draft, ReadOnlySpan<byte> content, bool isLast)
    {
        var length = PutLiterals(draft.Literals);
        var sequences = draft.Sequences;
        length += SectionHeaders.WriteSequenceCount(_output.AsSpan(length), sequences.Length);
        _codes.Take(sequences);
        _lengths.Choose(_codes.LiteralCounts, sequences.Length);
        _offsets.Choose(_codes.OffsetCounts, sequences.Length);
        _matches.Choose(_codes.MatchCounts, sequences.Length);
        _output[length++] = (byte)(((int)_lengths.Mode << 6) | ((int)_offsets.Mode << 4) | ((int)_matches.Mode << 2));
        length += _lengths.WriteTable(_output.AsSpan(length));
        length += _offsets.WriteTable(_output.AsSpan(length));
        length += _matches.WriteTable(_output.AsSpan(length));
        length += _codes.Write(_output.AsSpan(length), sequences, _lengths.Table, _offsets.Table, _matches.Table);
        if (length - ZstdBlockHeader.Length >= content.Length)
        {
            WriteRaw(content, isLast);
            _literals.ForbidReuse();
            return;
        }
        Finish(length, isLast);
        _lengths.Keep();
        _offsets.Keep();
        _matches.Keep();
    }

    private void Finish(int length, bool isLast)
    {
        var header = new ZstdBlockHeader(ZstdBlockType.Compressed, length - ZstdBlockHeader.Length, isLast);
        header.Write(_output);
        _length = length;
    }

    /// <param name="literals">Literals.</param>
    /// <param name="plainHeader">Bytes that come before them where they are not coded.</param>
    private ZstdLiteralsType Code(ReadOnlySpan<byte> literals, int plainHeader)
    {
        if (literals.Length < _leastCoded)
            return ZstdLiteralsType.Raw;
        var type = _literals.Code(literals, literals.Length < FourStreams);
        if (type is ZstdLiteralsType.Raw or ZstdLiteralsType.Rle || generation < GoRelease.ShorterLiterals)
            return type;
        var coded = _literals.Output.Length;
        var header = SectionHeaders.CodedLength(coded, literals.Length);
        return coded + header >= literals.Length + plainHeader ? ZstdLiteralsType.Raw : type;
    }

    /// <summary>Puts literals with their header behind the block's.</summary>
    private int PutLiterals(ReadOnlySpan<byte> literals)
    {
        var header = PlainLength(literals.Length);
        var type = Code(literals, header);
        if (type is ZstdLiteralsType.Compressed or ZstdLiteralsType.Treeless)
            return PutCoded(type, literals.Length);
        var output = _output.AsSpan(ZstdBlockHeader.Length);
        SectionHeaders.WritePlain(output, type, literals.Length, header);
        var kept = type == ZstdLiteralsType.Rle ? literals[..1] : literals;
        kept.CopyTo(output[header..]);
        return ZstdBlockHeader.Length + header + kept.Length;
    }

    private int PutCoded(ZstdLiteralsType type, int literals)
    {
        _literals.AllowReuse();
        var coded = _literals.Output;
        var header = SectionHeaders.CodedLength(coded.Length, literals);
        var output = _output.AsSpan(ZstdBlockHeader.Length);
        SectionHeaders.WriteCoded(output, type, coded.Length, literals, literals < FourStreams, header);
        coded.CopyTo(output[header..]);
        return ZstdBlockHeader.Length + header + coded.Length;
    }

    // Half of what the shorter headers can say.
    private static int PlainLength(int literals) => literals < 1 << 4 ? 1 : literals < 1 << 11 ? 2 : 3;
}
