using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Mixing;
using Diffah.Engine.Compression.Tokens;

namespace Diffah.Engine.Compression.Gzip.Tokens;

/// <summary>Writes or reads a gzip stream as what its encoder decided: the same steps for both ways.</summary>
internal sealed class GzipTokenCoder : IDisposable
{
    private const int Contexts = 3;

    private readonly BitCoder _coder;
    private readonly ContentBuffer _content;
    private readonly ReferenceDecisions? _reference;
    private readonly DecisionCoder _decisions;
    private readonly GzipHeaderCoder _headers;
    private readonly SymbolMixer _symbols = new(Contexts, (int)Kind.Count, slotsLog: 16, limit: 255);
    private readonly uint[] _contexts = new uint[Contexts];
    private int _position;
    private int _lastLength;
    private int _lastShape;

    public GzipTokenCoder(
        BitCoder coder, ContentBuffer content, TokenSettings settings, ReferenceDecisions? reference)
    {
        (_coder, _content, _reference) = (coder, content, reference);
        _decisions = new(coder, content, settings, reference);
        _headers = new(coder);
    }

    private enum Kind
    {
        More,
        Shape,
        Length,
        HeaderLength,
        Header,
        Trailer,
        Count,
    }

    /// <summary>All of the content was passed.</summary>
    public bool IsAtEnd => _position == _content.Length;

    /// <summary>Whether another member follows.</summary>
    public bool CodeMore(bool more)
    {
        Fill(0);
        return _symbols.CodeSmall(_coder, more ? 1 : 0, (int)Kind.More, _contexts) != 0;
    }

    /// <summary>Bytes that stand as they are: headers, trailers, what follows the last member.</summary>
    public byte[] CodeBytes(byte[] bytes, int most)
    {
        Fill(0);
        var length = _symbols.CodeNumber(_coder, (ulong)bytes.Length, (int)Kind.HeaderLength, _contexts);
        if (length > (ulong)most)
            throw ByteCursor.Invalid("has more bytes than there may be");
        var result = new byte[length];
        var last = 0u;
        for (var index = 0; index < result.Length; index++)
        {
            _contexts[0] = last;
            _contexts[1] = (uint)Math.Min(index, 64) << 8;
            _contexts[2] = (last & 0xFFFF) | ((uint)Math.Min(index, 64) << 16);
            result[index] = _symbols.CodeByte(
                _coder, _coder.IsReader ? (byte)0 : bytes[index], (int)Kind.Header, _contexts);
            last = (last << 8) | result[index];
        }
        return result;
    }

    /// <summary>The bits of a member's last byte that no block has.</summary>
    public byte CodePadding(byte padding)
    {
        Fill(1);
        return _symbols.CodeByte(_coder, padding, (int)Kind.Trailer, _contexts);
    }

    /// <summary>The next block.</summary>
    /// <param name="block">It, for a writer; a reader has it afterwards.</param>
    public void Code(GzipBlock block)
    {
        if (_coder.IsReader)
            block.Clear();
        CodeShape(block);
        var end = _position + block.ContentLength;
        if (block.Type == BlockType.Stored)
        {
            _content.Have(_position, end);
            _reference?.Extend(end);
        }
        else
        {
            CodeTokens(block, end);
        }
        if (block.Type == BlockType.Dynamic)
            _headers.Code(block);
        _position = end;
    }

    /// <summary>The content of the block that was coded last.</summary>
    public ReadOnlySpan<byte> Content(int length) => _content.Span(_position - length, length);

    public void Dispose()
    {
        _decisions.Dispose();
        _headers.Dispose();
        _symbols.Dispose();
    }

    private void CodeShape(GzipBlock block)
    {
        Fill((uint)_lastShape);
        var shape = _symbols.CodeSmall(
            _coder, ((int)block.Type << 1) | (block.IsFinal ? 1 : 0), (int)Kind.Shape, _contexts);
        if (shape > 5)
            throw ByteCursor.Invalid("has a block of no kind");
        (_lastShape, block.Type, block.IsFinal) = (shape, (BlockType)(shape >> 1), (shape & 1) != 0);
        var expected = ExpectedLength(shape);
        Fill((uint)shape);
        _contexts[1] = (uint)shape | ((uint)expected << 8);
        var most = Math.Min(
            block.Type == BlockType.Stored ? ushort.MaxValue : GzipBlock.MostContent, _content.Length - _position);
        var length = expected + _symbols.CodeSigned(
            _coder, block.ContentLength - expected, (int)Kind.Length, _contexts);
        if (length < 0 || length > most)
            throw _coder.IsReader ? ByteCursor.Invalid("has a block out of its bounds") : TokenErrors.Differs();
        block.ContentLength = _lastLength = (int)length;
    }

    private int ExpectedLength(int shape)
    {
        if ((shape & 1) != 0)
            return Math.Min(_content.Length - _position, GzipBlock.MostContent);
        if (_reference is null)
            return _lastLength;
        _content.Have(_position, _position);
        _reference.Extend(Math.Min(_position + 1, _content.Length));
        var place = _reference.PlaceOf(_position);
        if (place < 0)
            return _lastLength;
        var ends = _reference.Index.BlockEnds;
        var index = ends.BinarySearch(place + 1);
        index = index < 0 ? ~index : index;
        return index < ends.Count ? Math.Min(ends[index] - place, GzipBlock.MostContent) : _lastLength;
    }

    private void CodeTokens(GzipBlock block, int end)
    {
        _decisions.Begin(_position, end);
        var tokens = block.Tokens;
        var next = 0;
        while (_decisions.Position < end)
        {
            var from = _decisions.Position;
            var decision = _decisions.Code(_coder.IsReader ? default : Next(tokens, ref next, from, end));
            if (!_coder.IsReader)
                continue;
            block.AddLiterals(_content.Span(from, decision.Start - from));
            if (!decision.IsEnd)
                block.AddMatch(decision.Length, decision.Distance);
        }
    }

    private static Decision Next(ReadOnlySpan<uint> tokens, ref int next, int from, int end)
    {
        while (next < tokens.Length && !Token.IsMatch(tokens[next]))
        {
            next++;
            from++;
        }
        if (next == tokens.Length)
            return new(end, 0, 0);
        var token = tokens[next++];
        return new(from, Token.MatchLength(token), Token.Distance(token));
    }

    private void Fill(uint context)
    {
        for (var index = 0; index < Contexts; index++)
            _contexts[index] = index == 0 ? 0 : context;
    }
}
