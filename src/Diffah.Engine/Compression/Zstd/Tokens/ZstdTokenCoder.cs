using Diffah.Engine.Compression.Mixing;
using Diffah.Engine.Compression.Tokens;
using Diffah.Engine.Compression.Zstd.Entropy;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Tokens;

/// <summary>Writes or reads the blocks of a frame as what its encoder decided: the same steps for both ways.</summary>
internal sealed class ZstdTokenCoder : IDisposable
{
    private const int Contexts = 3;
    private const int Explicit = 0;

    private readonly BitCoder _coder;
    private readonly ContentBuffer _content;
    private readonly DecisionCoder _decisions;
    private readonly TableCoder _tables;
    private readonly SequenceCodes _codes = new();
    private readonly SymbolMixer _symbols = new(Contexts, (int)Kind.Count, slotsLog: 16, limit: 255);
    private readonly uint[] _contexts = new uint[Contexts];
    private readonly uint[] _literalCounts = new uint[256];
    private readonly int[] _last = new int[(int)Kind.Count];
    private readonly int _mostContent;
    private RepeatOffsets _offsets = RepeatOffsets.Initial;
    private int _position;
    private int _lastLength;

    /// <param name="coder">What writes or reads.</param>
    /// <param name="content">The frame's content.</param>
    /// <param name="settings">What is known of the encoder.</param>
    /// <param name="window">Bytes of the frame's window.</param>
    /// <param name="reference">What the reference has to say.</param>
    public ZstdTokenCoder(
        BitCoder coder, ContentBuffer content, TokenSettings settings, ulong window, ReferenceDecisions? reference)
    {
        (_coder, _content) = (coder, content);
        _decisions = new(coder, content, settings, reference);
        _tables = new(coder);
        _mostContent = (int)Math.Min(window, ZstdBlockHeader.MaximumContent);
        _lastLength = _mostContent;
    }

    private enum Kind
    {
        Type,
        Length,
        Offset,
        Literals,
        LiteralsHeader,
        Streams,
        SequenceCount,
        Byte,
        Count,
    }

    /// <summary>All of the content was passed.</summary>
    public bool IsAtEnd => _position == _content.Length;

    /// <summary>Bytes that stand as they are.</summary>
    public byte[] CodeBytes(byte[] bytes, int count)
    {
        var result = new byte[count];
        for (var index = 0; index < count; index++)
        {
            Fill((uint)index, 0);
            result[index] = _symbols.CodeByte(
                _coder, _coder.IsReader ? (byte)0 : bytes[index], (int)Kind.Byte, _contexts);
        }
        return result;
    }

    /// <summary>The next block.</summary>
    /// <param name="block">It, for a writer; a reader has it afterwards.</param>
    public void Code(ZstdBlockParts block)
    {
        CodeShape(block);
        var end = _position + block.ContentLength;
        if (block.Type == ZstdBlockType.Compressed)
            CodeCompressed(block, end);
        else
            TakePlain(block);
        _position = end;
    }

    public void Dispose()
    {
        _decisions.Dispose();
        _tables.Dispose();
        _symbols.Dispose();
    }

    private void CodeShape(ZstdBlockParts block)
    {
        var type = CodeLast(Kind.Type, ((int)block.Type << 1) | (block.IsLast ? 1 : 0), 0);
        if (type > 5)
            throw ByteCursor.Invalid("has a block of no kind");
        (block.Type, block.IsLast) = ((ZstdBlockType)(type >> 1), (type & 1) != 0);
        var most = Math.Min(_mostContent, _content.Length - _position);
        var expected = block.IsLast ? most : Math.Min(_lastLength, most);
        Fill((uint)type, (uint)expected);
        var length = expected + _symbols.CodeSigned(
            _coder, block.ContentLength - expected, (int)Kind.Length, _contexts);
        if (length < 0 || length > most)
            throw _coder.IsReader ? ByteCursor.Invalid("has a block out of its bounds") : TokenErrors.Differs();
        block.ContentLength = _lastLength = (int)length;
    }

    private void TakePlain(ZstdBlockParts block)
    {
        var end = _position + block.ContentLength;
        _decisions.Begin(_position, end);
        if (!_coder.IsReader)
            return;
        (block.SequenceCount, block.LiteralCount) = (0, block.Type == ZstdBlockType.Rle ? 1 : block.ContentLength);
        if (block.LiteralCount > block.ContentLength)
            throw ByteCursor.Invalid("has a block out of its bounds");
        _content.Span(_position, block.LiteralCount).CopyTo(block.Literals);
    }

    private void CodeCompressed(ZstdBlockParts block, int end)
    {
        CodeSequences(block, end);
        block.LiteralsType = (ZstdLiteralsType)CodeLast(
            Kind.Literals, (int)block.LiteralsType, Size(block.LiteralCount));
        block.LiteralsHeaderLength = CodeLast(
            Kind.LiteralsHeader, block.LiteralsHeaderLength, ((int)block.LiteralsType << 8) | Size(block.LiteralCount));
        block.StreamCount = CodeLast(
            Kind.Streams, block.StreamCount, ((int)block.LiteralsType << 8) | Size(block.LiteralCount));
        block.SequenceCountLength = CodeLast(Kind.SequenceCount, block.SequenceCountLength, block.SequenceCount switch
        {
            < 128 => 1,
            < 0x7F00 => 2,
            _ => 3,
        });
        if (block.LiteralsType > ZstdLiteralsType.Treeless || block.StreamCount is not (1 or 4))
            throw ByteCursor.Invalid("has literals of no kind");
        if (block.LiteralsType == ZstdLiteralsType.Rle && block.LiteralCount == 0)
            block.EmptyRle = CodeBytes([block.EmptyRle], 1)[0];
        if (block.LiteralsType == ZstdLiteralsType.Compressed)
        {
            Array.Clear(_literalCounts);
            foreach (var literal in block.Literals)
                _literalCounts[literal]++;
            _tables.Code(block.Huffman, _literalCounts);
        }
        if (block.SequenceCount == 0)
            return;
        _codes.Take(block.Sequences);
        CodeTable(block.LiteralLengths, 0, _codes.LiteralCounts, SequenceKind.LiteralLengths);
        CodeTable(block.Offsets, 1, _codes.OffsetCounts, SequenceKind.Offsets);
        CodeTable(block.MatchLengths, 2, _codes.MatchCounts, SequenceKind.MatchLengths);
    }

    private void CodeTable(ZstdSequenceTable table, int which, uint[] occurrences, SequenceKind kind) =>
        _tables.Code(table, which, occurrences.AsSpan(0, kind.Count), kind.MaximumLog, kind.Count);

    private void CodeSequences(ZstdBlockParts block, int end)
    {
        _decisions.Begin(_position, end);
        var (next, literals) = (0, 0);
        var count = block.SequenceCount;
        while (_decisions.Position < end)
        {
            var from = _decisions.Position;
            _decisions.SetRepeats((int)_offsets.First, (int)_offsets.Second, (int)_offsets.Third);
            var decision = _decisions.Code(_coder.IsReader ? default : Next(block, next, from, end));
            Put(block, ref literals, from, decision.Start - from);
            if (decision.IsEnd)
                break;
            var value = CodeOffsetValue(
                _coder.IsReader ? 0 : block.Sequences[next].OffsetValue, decision, decision.Start - from);
            _offsets.Resolve(value, decision.Start - from);
            if (_coder.IsReader)
            {
                if (next == ZstdBlockParts.MaximumSequences)
                    throw ByteCursor.Invalid("has too many sequences");
                block.SequenceCount = next + 1;
                block.Sequences[next] = new(
                    decision.Start - from, decision.Length, value, (uint)decision.Distance);
            }
            next++;
        }
        if (!_coder.IsReader && next != count)
            throw TokenErrors.Differs();
        (block.SequenceCount, block.LiteralCount) = (next, literals);
    }

    private static Decision Next(ZstdBlockParts block, int next, int from, int end)
    {
        if (next == block.SequenceCount)
            return new(end, 0, 0);
        var sequence = block.Sequences[next];
        return new(from + sequence.LiteralLength, sequence.MatchLength, (int)sequence.Offset);
    }

    private void Put(ZstdBlockParts block, ref int count, int from, int length)
    {
        if (_coder.IsReader)
        {
            block.LiteralCount = count + length;
            _content.Span(from, length).CopyTo(block.Literals[count..]);
        }
        count += length;
    }

    /// <summary>Codes whether a distance is said by a repeat code, where one says the same.</summary>
    private uint CodeOffsetValue(uint value, Decision decision, int literalLength)
    {
        var shortest = 0u;
        for (var repeat = RepeatOffsets.Count; repeat > 0; repeat--)
        {
            var offsets = _offsets;
            if (offsets.Resolve((uint)repeat, literalLength) == decision.Distance)
                shortest = (uint)repeat;
        }
        if (shortest == 0)
            return (uint)decision.Distance + RepeatOffsets.Count;
        Fill(shortest | (literalLength == 0 ? 8u : 0), (uint)_last[(int)Kind.Offset]);
        var choice = value > RepeatOffsets.Count ? Explicit : (int)value;
        choice = _symbols.CodeSmall(_coder, choice, (int)Kind.Offset, _contexts);
        _last[(int)Kind.Offset] = choice;
        if (choice == Explicit)
            return (uint)decision.Distance + RepeatOffsets.Count;
        var said = _offsets;
        return choice <= RepeatOffsets.Count && said.Resolve((uint)choice, literalLength) == decision.Distance
            ? (uint)choice
            : throw ByteCursor.Invalid("has an offset that is none");
    }

    private int CodeLast(Kind kind, int value, int context)
    {
        Fill((uint)_last[(int)kind], (uint)context);
        return _last[(int)kind] = _symbols.CodeSmall(_coder, value, (int)kind, _contexts);
    }

    // What decides how a number of literals is said.
    private static int Size(int count) => count switch
    {
        < 6 => 0,
        < 32 => 1,
        < 64 => 2,
        < 256 => 3,
        < 1024 => 4,
        < 4096 => 5,
        < 16384 => 6,
        _ => 7,
    };

    private void Fill(uint one, uint two) =>
        (_contexts[0], _contexts[1], _contexts[2]) = (one, two, one | (two << 8));
}
