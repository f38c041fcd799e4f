using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>
/// A known encoder at work on a content: what it chooses tokens by, what it ends blocks by, and where it stands. Who
/// makes a recipe and who follows one drive it in the same way.
/// </summary>
internal sealed class EncoderModel : IDisposable
{
    private readonly TokenMatcher _matcher;
    private readonly BlockRule _rule;
    private readonly ContentWindow _window;
    private long _segmentEnd = long.MaxValue;
    private bool _beginsSegment;

    public EncoderModel(TokenMatcher matcher, BlockRule rule, ContentWindow window)
    {
        (_matcher, _rule, _window) = (matcher, rule, window);
        Begin(0, 0, 0);
    }

    public TokenMatcher Matcher => _matcher;

    public BlockStatistics Block { get; } = new();

    public DynamicHeader Header { get; } = new();

    /// <summary>A worker could begin with the block that was begun.</summary>
    public bool MayBeginHere => _beginsSegment
        || (!_rule.HasSegments && !_rule.DependsOnBlockBefore && _matcher.DependsOnContentOnly);

    /// <summary>Where in the content the next token begins.</summary>
    public long Position => _window.Origin + _matcher.Position;

    /// <summary>Where in the content the encoder's window begins.</summary>
    public long WindowBase => _window.Origin + _matcher.Base;

    /// <summary>Where the content that the encoder knows of ends; far away while that is not known.</summary>
    public long Limit => Math.Min(_segmentEnd, ContentEnd);

    private long ContentEnd => _window.IsComplete ? _window.Origin + _window.End : long.MaxValue;

    /// <summary>Begins at a place whose history is in the window.</summary>
    public void Begin(long position, long windowBase, uint carried)
    {
        var start = (int)(position - _window.Origin);
        // The limit has to be there before anything is made findable.
        _matcher.Limit = _window.End;
        _matcher.Begin(
            _window.Buffer, Math.Max(0, start - ContentWindow.History), start, (int)(windowBase - _window.Origin));
        _matcher.Carried = carried;
    }

    /// <summary>More content is in the window.</summary>
    public void Extend() => _matcher.Limit = (int)Math.Min(_window.End, _segmentEnd - _window.Origin);

    /// <summary>Drops content that is not needed any more. A block that may be stored stays whole.</summary>
    public void Slide()
    {
        var block = (int)(Block.Start - _window.Origin);
        var isLong = _matcher.Position - block > ushort.MaxValue;
        var by = _window.Slide(isLong ? _matcher.Position : Math.Min(block, _matcher.Position));
        if (by > 0)
            _matcher.Slide(by);
    }

    /// <summary>Begins a block.</summary>
    public void BeginBlock(long startBit)
    {
        var position = Position;
        _beginsSegment = false;
        _matcher.BeginBlock(startBit);
        if (_rule.Begin(position, startBit) is { } segment)
        {
            _beginsSegment = !segment.Continues;
            _segmentEnd = position + segment.Length;
            Extend();
            var first = Math.Max(0, _matcher.Position - segment.Dictionary);
            if (segment.Continues)
                _matcher.Resume();
            else
                _matcher.Begin(_window.Buffer, first, _matcher.Position, first);
        }
        Block.Begin(position);
    }

    /// <summary>How many tokens are sure to belong to the block, but for the limit.</summary>
    public int TokensToCheck => _rule.TokensToCheck(Block.Tokens);

    /// <summary>Where in the content the block ends at the earliest, but for its tokens.</summary>
    public long NextEnd => _rule.NextEnd(Block, Limit);

    /// <summary>How the block that was begun is written, if that is known already.</summary>
    public BlockShape? Foretold => _rule.Foretell(Block.Start, Limit);

    public bool BlockEnds => _rule.EndsAt(Block, Limit);

    /// <summary>Lets the encoder run on.</summary>
    /// <param name="end">Where in the content to stop.</param>
    /// <param name="tokens">Takes the tokens.</param>
    /// <param name="most">How many tokens there may be.</param>
    /// <param name="isBound">A token that would cross the end is cut there.</param>
    /// <returns>How many tokens were taken as they are, and the pieces of one more that was cut, which follow
    /// them.</returns>
    public (int Tokens, int Pieces) RunTo(long end, Span<uint> tokens, int most, bool isBound)
    {
        var room = (int)Math.Min(Math.Min(most, TokensToCheck), tokens.Length);
        var stop = (int)Math.Min(Math.Min(end, Limit) - _window.Origin, _window.End);
        if (stop <= _matcher.Position)
            stop = (int)Math.Min(end - _window.Origin, _window.End);
        StopAtNextEnd(ref stop, ref room, ref isBound);
        var count = _matcher.Generate(tokens[..room], stop, !isBound);
        Block.Add(tokens[..count]);
        if (count == room || _matcher.Position >= stop)
            return (count, 0);
        var length = stop - _matcher.Position;
        tokens[count] = Token.Match(length, Token.Distance(_matcher.Predicted));
        var pieces = 1;
        if (length < Token.MinimumMatch)
        {
            for (pieces = 0; pieces < length; pieces++)
                tokens[count + pieces] = _window.Buffer[_matcher.Position + pieces];
        }
        foreach (var piece in tokens.Slice(count, pieces))
            _matcher.Commit(piece);
        Block.Add(tokens.Slice(count, pieces));
        return (count, pieces);
    }

    /// <summary>Does not run on behind a place at which the block may end. A token may cross that place, but not the
    /// end.</summary>
    private void StopAtNextEnd(ref int stop, ref int room, ref bool isBound)
    {
        var next = NextEnd - _window.Origin;
        if (next >= stop || next <= _matcher.Position)
            return;
        if (!isBound)
        {
            stop = (int)next;
            return;
        }
        var safe = (int)next - Token.MaximumMatch;
        if (safe > _matcher.Position)
            (stop, isBound) = (safe, false);
        else
            room = 1;
    }

    /// <summary>The next token is this one, whatever the encoder thinks.</summary>
    public void Correct(uint token)
    {
        _matcher.Commit(token);
        Block.Add([token]);
    }

    /// <summary>How the encoder writes the block; its header, where it has one, is in <see cref="Header"/>.</summary>
    public BlockShape Decide(long startBit)
    {
        var place = new BlockPlace(Limit, Limit == ContentEnd, WindowBase, startBit);
        return _rule.Decide(Block, place, Header);
    }

    public void Dispose() => _matcher.Dispose();
}
