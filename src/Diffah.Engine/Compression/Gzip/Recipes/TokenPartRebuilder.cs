using System.Buffers;
using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;

namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>
/// Makes a part of a deflate stream, from one checkpoint to the next or the whole, by an encoder that is followed and
/// put right.
/// </summary>
internal sealed class TokenPartRebuilder : PartRebuilder
{
    private readonly ContentWindow _window;
    private readonly EncoderModel _model;
    private readonly CorrectionReader _corrections;
    private readonly DynamicHeader _header = new();
    private readonly BlockWriter _writer = new();

    // Tokens of the block that were not written yet, and how many there are in all.
    private uint[] _tokens = ArrayPool<uint>.Shared.Rent(64 * 1024 + 2);
    private int _count;
    private long _total;
    private bool _isTold;
    private bool _begun;
    private bool _disposed;
    private BlockFlags _flags;
    private long _bound;
    private BlockShape _shape;

    public TokenPartRebuilder(RebuildUnit unit, ContentWindow window, BitWriter output)
        : base(unit, output)
    {
        _window = window;
        _model = EncoderProfiles.Create(unit.Part.Profile, window);
        var from = unit.From;
        if (from.Content > 0)
            _model.Begin(from.Content, from.WindowBase, from.Carried);
        _corrections = new(unit.Part.Corrections, from.Corrections);
    }

    public override long Position => _model.Position;

    public override void Slide() => _model.Slide();

    public override bool Advance()
    {
        _model.Extend();
        if (!_begun && !Begin())
            return false;
        if (!RunBlock())
            return false;
        WriteBlock();
        _begun = false;
        // Where nobody wrote down how many bits there are, the final block ends the stream.
        IsComplete = Unit.BitEnd is { } end ? Bit >= end : _shape.IsFinal;
        if (Bit > Unit.BitEnd || (IsComplete && Position != Unit.ContentEnd) || (_shape.IsFinal && !Unit.IsLast))
            throw Differs();
        if (!IsComplete && _shape.IsFinal)
            throw Differs();
        return true;
    }

    public override void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _model.Dispose();
        ArrayPool<uint>.Shared.Return(_tokens);
    }

    private int Safe => _window.IsComplete ? _window.End : _window.End - TokenMatcher.Lookahead;

    private bool Begin()
    {
        if (!_window.IsComplete && _model.Position - _window.Origin > Safe)
            return false;
        _model.BeginBlock(Bit);
        _flags = _corrections.TakeBlock(out _bound, out _shape, _header);
        (_count, _total) = (0, 0);
        _begun = true;
        BeginTold();
        return true;
    }

    /// <summary>Where it is known how the block is written, its tokens are written as they come.</summary>
    private void BeginTold()
    {
        var isOwn = _flags.HasFlag(BlockFlags.Header);
        var told = _flags.HasFlag(BlockFlags.Shape) ? _shape : isOwn ? null : _model.Foretold;
        _isTold = !_flags.HasFlag(BlockFlags.Bytes)
            && (told is { Type: BlockType.Fixed } || (told is { Type: BlockType.Dynamic } && isOwn));
        if (!_isTold)
            return;
        _shape = told!.Value;
        if (isOwn)
            _writer.BeginDynamic(Output, _shape.IsFinal, _header);
        else
            _writer.BeginFixed(Output, _shape.IsFinal);
    }

    private bool RunBlock() => _flags.HasFlag(BlockFlags.Bytes) ? RunBytes() : RunTokens();

    private bool RunTokens()
    {
        var isCounted = _flags.HasFlag(BlockFlags.Tokens);
        var longest = _isTold ? RecipeBounds.LongBlockTokens : RecipeBounds.BlockTokens;
        while (isCounted ? _total < _bound : !_model.BlockEnds)
        {
            var most = isCounted ? _bound - _total : longest - _total;
            var safe = Safe + _window.Origin;
            if (_window.IsComplete && _model.Position >= safe)
                throw Differs();
            if (_model.Position >= safe)
                return false;
            if (_corrections.TokensToNext == 0)
            {
                Correct();
                continue;
            }
            Reserve();
            most = Math.Min(most, _corrections.TokensToNext);
            if (most <= 0)
                throw ByteCursor.Invalid("makes a block too long");
            var (made, _) = _model.RunTo(
                safe, _tokens.AsSpan(_count), (int)Math.Min(most, int.MaxValue), isBound: false);
            _corrections.Skip(made);
            _count += made;
            _total += made;
        }
        return true;
    }

    private void Correct()
    {
        Reserve();
        var token = _corrections.TakeToken(_model.Matcher.Predict());
        var left = _window.End - (_model.Position - _window.Origin);
        if (!Token.IsMatch(token))
            token = _window.Buffer[_model.Matcher.Position];
        else if (Token.MatchLength(token) > left || Token.Distance(token) > _model.Position)
            throw Differs();
        _model.Correct(token);
        _tokens[_count++] = token;
        _total++;
    }

    /// <summary>A stored block that ends where the encoder would not end it.</summary>
    private bool RunBytes()
    {
        var end = _model.Block.Start + _bound;
        while (_model.Position < end)
        {
            if (end - _window.Origin > Safe)
                return _window.IsComplete ? throw Differs() : false;
            var (made, pieces) = _model.RunTo(end, _tokens, int.MaxValue, isBound: true);
            if (made > _corrections.TokensToNext || made + pieces == 0)
                throw ByteCursor.Invalid("corrects tokens that nobody sees");
            _corrections.Skip(made);
        }
        return true;
    }

    private void Reserve()
    {
        if (_count + 2 < _tokens.Length)
            return;
        if (_isTold)
        {
            WriteTokens();
            return;
        }
        if (_count >= RecipeBounds.BlockTokens)
            throw ByteCursor.Invalid("makes a block too long");
        var larger = ArrayPool<uint>.Shared.Rent(2 * _tokens.Length);
        _tokens.AsSpan(0, _count).CopyTo(larger);
        ArrayPool<uint>.Shared.Return(_tokens);
        _tokens = larger;
    }

    private void WriteTokens()
    {
        _writer.WriteTokens(Output, _tokens.AsSpan(0, _count));
        _count = 0;
    }

    private void WriteBlock()
    {
        if (_isTold)
        {
            WriteTokens();
            _writer.End(Output);
            return;
        }
        var predicted = _model.Decide(Bit);
        if (!_flags.HasFlag(BlockFlags.Shape))
            _shape = predicted;
        var tokens = _tokens.AsSpan(0, _count);
        switch (_shape.Type)
        {
            case BlockType.Stored:
                WriteStored();
                break;
            case BlockType.Fixed:
                _writer.WriteFixed(Output, _shape.IsFinal, tokens);
                break;
            default:
                var isOwn = _flags.HasFlag(BlockFlags.Header);
                if (!isOwn && predicted.Type != BlockType.Dynamic)
                    throw ByteCursor.Invalid("has a block without a header");
                _writer.WriteDynamic(Output, _shape.IsFinal, isOwn ? _header : _model.Header, tokens);
                break;
        }
    }

    private void WriteStored()
    {
        var start = _model.Block.Start - _window.Origin;
        var length = _model.Block.End - _model.Block.Start;
        if (start < 0 || length > ushort.MaxValue)
            throw ByteCursor.Invalid("makes a stored block too long");
        BlockWriter.WriteStored(Output, _shape.IsFinal, _window.Buffer.AsSpan((int)start, (int)length));
    }
}
