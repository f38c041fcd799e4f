using System.Buffers;
using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;

namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>
/// Goes along a deflate stream with a known encoder, and writes down where they differ. It is given what an inflater
/// has at hand, time and again.
/// </summary>
internal sealed class TokenPartMaker : PartMaker
{
    private const int LongestBatch = 16 * 1024;

    private readonly Inflater _inflater;
    private readonly ContentWindow _window;
    private readonly EncoderProfile _profile;
    private readonly EncoderModel _model;
    private readonly CorrectionWriter _corrections = new();
    private readonly CheckpointPlan _checkpoints;
    private readonly uint[] _hidden = ArrayPool<uint>.Shared.Rent(64 * 1024 + 1);
    private bool _begun;
    private bool _ended;

    /// <summary>Begins at the inflater's next block.</summary>
    public TokenPartMaker(Inflater inflater, ContentWindow window, EncoderProfile profile, PartStart start)
        : base(start)
    {
        (_inflater, _window, _profile) = (inflater, window, profile);
        _model = EncoderProfiles.Create(profile, window);
        _checkpoints = new(start.Content);
        var from = Checkpoint.At(start.Content, start.Bit);
        if (start.Content > 0)
            _model.Begin(from.Content, from.WindowBase, from.Carried);
    }

    /// <summary>Where the content is cut into segments of this length, and a block begins there, the part ends; 0 for
    /// nowhere.</summary>
    public int SegmentLength { get; init; }

    /// <summary>Corrections of so many bytes are enough to know that the encoder is not the one.</summary>
    public long CostLimit { get; init; } = long.MaxValue;

    /// <summary>So much of the content is enough.</summary>
    public long ContentLimit { get; init; } = long.MaxValue;

    public override long Cost => _corrections.Length;

    public override long Position => _model.Position;

    public override (int Tokens, int Blocks) Advance()
    {
        _model.Extend();
        var ready = ReadyTokens();
        var (done, blocks) = (0, 0);
        foreach (ref readonly var block in _inflater.Blocks)
        {
            if (IsEnough)
                break;
            IsEnded = !_begun && BeginsSegment(block);
            if (IsEnded || (!_begun && !Begin(block)))
                break;
            if (block.Type == BlockType.Stored)
            {
                RunStored(block);
            }
            else
            {
                var end = block.TokenStart + block.TokenCount;
                Follow(block, _inflater.Tokens[done..Math.Min(end, Math.Max(done, ready))], ref done);
                if (done < end || !block.IsComplete)
                    break;
            }
            Finish(block);
            blocks++;
        }
        return (done, blocks);
    }

    public override void Slide() => _model.Slide();

    public override RecipePart ToPart() => new(
        _profile, Start.Content, Position, Start.Bit, EndBit, _corrections.ToCorrections(),
        _checkpoints.Take(Position));

    public override void Dispose()
    {
        _model.Dispose();
        ArrayPool<uint>.Shared.Return(_hidden);
    }

    /// <summary>How many tokens have enough content behind them.</summary>
    private int ReadyTokens()
    {
        var tokens = _inflater.Tokens;
        var count = tokens.Length;
        if (_window.IsComplete)
            return count;
        // Stored bytes at the end are content behind all tokens.
        var last = _inflater.Blocks.IsEmpty ? default : _inflater.Blocks[^1];
        var behind = last.Type == BlockType.Stored
            ? (int)(_window.Origin + _window.End - last.ContentStart)
            : 0;
        while (count > 0 && behind < TokenMatcher.Lookahead)
            behind += Token.Length(tokens[--count]);
        return count;
    }

    /// <summary>An empty stored block ends the segment before.</summary>
    private bool BeginsSegment(in InflatedBlock block) => SegmentLength > 0
        && block.ContentStart > Start.Content && block.ContentStart % SegmentLength == 0
        && !(block.Type == BlockType.Stored && block.StoredLength == 0);

    private bool Begin(in InflatedBlock block)
    {
        var end = _window.Origin + _window.End;
        if (!_window.IsComplete && block.ContentStart + block.StoredLength + TokenMatcher.Lookahead > end)
            return false;
        if (block.Type == BlockType.Stored && !block.IsComplete)
            return false;
        var bit = block.StartBit - Start.Origin;
        _model.BeginBlock(bit);
        if (_model.MayBeginHere)
            _checkpoints.Offer(_model, bit, _corrections);
        _begun = true;
        _ended = false;
        return true;
    }

    private void Follow(in InflatedBlock block, ReadOnlySpan<uint> tokens, ref int done)
    {
        var total = block.TokenStart + block.TokenCount;
        while (!tokens.IsEmpty && !IsEnough)
        {
            var batch = tokens[..Batch(tokens)];
            Compare(batch);
            _model.Block.Add(batch);
            done += batch.Length;
            tokens = tokens[batch.Length..];
            if (_model.Block.Tokens > RecipeBounds.LongBlockTokens)
                throw new RecipeRefusedException(
                    RecipeRefusal.BlockTooLong, "A block of the stream has more tokens than a recipe can ask for.");
            // The encoder would have ended the block before it really ends.
            _ended |= (done < total || !block.IsComplete) && _model.BlockEnds;
        }
    }

    /// <summary>Tokens up to the next place where the encoder may end a block.</summary>
    private int Batch(ReadOnlySpan<uint> tokens)
    {
        if (_ended)
            return Math.Min(tokens.Length, LongestBatch);
        var count = Math.Min(tokens.Length, _model.TokensToCheck);
        var left = _model.NextEnd - _model.Position;
        if (left > (long)count * Token.MaximumMatch)
            return count;
        for (var index = 0; index < count; index++)
        {
            left -= Token.Length(tokens[index]);
            if (left <= 0)
                return index + 1;
        }
        return count;
    }

    private bool IsEnough => Cost > CostLimit || Position > ContentLimit;

    private void Compare(ReadOnlySpan<uint> tokens)
    {
        while (!tokens.IsEmpty)
        {
            var right = _model.Matcher.Follow(tokens);
            _corrections.AddRight(right);
            if (right == tokens.Length)
                return;
            _corrections.AddToken(_model.Matcher.Predicted, tokens[right]);
            _model.Matcher.Commit(tokens[right]);
            tokens = tokens[(right + 1)..];
            if (Cost > CostLimit)
                return;
        }
    }

    /// <summary>What tokens a stored block had is not known: the encoder is let run.</summary>
    private void RunStored(in InflatedBlock block)
    {
        var end = block.ContentStart + block.StoredLength;
        while (_model.Position < end)
        {
            _ended |= _model.BlockEnds;
            var (tokens, pieces) = _model.RunTo(end, _hidden, int.MaxValue, isBound: true);
            _corrections.AddRight(tokens);
            _ended |= pieces > 0;
        }
    }

    private void Finish(in InflatedBlock block)
    {
        var bit = block.StartBit - Start.Origin;
        var shape = new BlockShape(block.Type, block.IsFinal);
        var flags = BlockFlags.None;
        if (_ended || !_model.BlockEnds)
            flags |= block.Type == BlockType.Stored ? BlockFlags.Bytes : BlockFlags.Tokens;
        var predicted = _model.Decide(bit);
        // The tokens of a long block are not kept until it ends: how it is written is to be known before.
        var isUntold = _model.Block.Tokens > RecipeBounds.BlockTokens && _model.Foretold != shape;
        if (predicted != shape || isUntold)
            flags |= BlockFlags.Shape;
        var header = _inflater.Header(block);
        if (shape.Type == BlockType.Dynamic
            && (isUntold || predicted.Type != BlockType.Dynamic || !header.SequenceEqual(_model.Header.Bytes)))
            flags |= BlockFlags.Header;
        if (flags == BlockFlags.None)
            _corrections.AddRightBlock();
        else
            _corrections.AddBlock(
                flags, flags.HasFlag(BlockFlags.Bytes) ? block.StoredLength : _model.Block.Tokens, shape, header);
        EndBit = block.EndBit - Start.Origin;
        _begun = false;
    }
}
