using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Segments;

/// <summary>Levels 7 to 9: a match waits for a longer one at the next position.</summary>
internal sealed class KlauspostLazyEncoder : KlauspostEncoder
{
    private const int MaxTokens = 1 << 15;
    private const int NoMatch = LazyWindow.MinMatch - 1;
    private const int Lookahead = LazyWindow.MinMatch + Token.MaximumMatch;

    // The block began before the window.
    private const int Lost = int.MaxValue;

    private readonly KlauspostRelease _release;
    private readonly LazyWindow _window = new();
    private readonly KlauspostLazyMatcher _matcher;
    private int _index;
    private int _blockStart;
    private int _length;
    private int _distance;
    private bool _isLiteralPending;
    private bool _ends;
    private BitWriter? _output;

    // Literals since the last match. Its 16 bits overflow, and the count begins anew.
    private ushort _literals;

    public KlauspostLazyEncoder(int level, KlauspostRelease release)
        : base(release, penaltyShift: 8)
    {
        _release = release;
        _matcher = new KlauspostLazyMatcher(_window, KlauspostLazyLevel.Of(level), release);
    }

    public override int ChunkLength => Token.MaximumDistance;

    public override void Start()
    {
        base.Start();
        _window.Clear();
        Tokens.Clear();
        (_index, _blockStart, _length, _distance, _literals) = (0, 0, NoMatch, 0, 0);
        _isLiteralPending = false;
    }

    public override void Prime(ReadOnlySpan<byte> dictionary)
    {
        _index = _window.Fill(dictionary);
        _window.Settle();
        _window.RememberAll(0, _window.RememberedEnd);
        if (_release >= KlauspostRelease.V1_20)
            _blockStart = _index;
    }

    public override void Write(ReadOnlySpan<byte> content, bool ends, BitWriter output)
    {
        _output = output;
        _ends = false;
        while (!content.IsEmpty)
        {
            if (_window.IsFull)
            {
                Encode();
                Slide();
            }
            content = content[_window.Fill(content)..];
        }
        if (ends)
            WriteRest();
        _output = null;
    }

    private void WriteRest()
    {
        _ends = true;
        Encode();
        if (_isLiteralPending)
            Tokens.AddLiteral(_window.Content[_index - 1]);
        _isLiteralPending = false;
        if (Tokens.Count > 0)
            WriteBlock();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _window.Dispose();
        base.Dispose(disposing);
    }

    private void Slide()
    {
        _window.Slide();
        _index -= Token.MaximumDistance;
        _blockStart = _blockStart >= Token.MaximumDistance && _blockStart != Lost
            ? _blockStart - Token.MaximumDistance
            : Lost;
    }

    private void Encode()
    {
        _matcher.Settle(_index);
        var least = _ends ? 1 : Lookahead;
        while (_window.End - _index >= least)
        {
            _window.Remember(_index);
            var (length, distance) = (_length, _distance);
            Find(length);
            if (length > NoMatch && _length <= length)
                TakeMatch(length, distance);
            else
                TakeLiteral();
        }
    }

    private void Find(int lengthBefore)
    {
        (_length, _distance) = (NoMatch, 0);
        var candidate = _window.Candidate;
        if (candidate >= KlauspostLazyMatcher.Oldest(_index) && _window.End - _index > lengthBefore
            && lengthBefore < _matcher.Level.Lazy && _matcher.Find(_index, candidate, out var length, out var distance))
            (_length, _distance) = (length, distance);
    }

    /// <summary>Takes the match of the position before, or a better one behind it.</summary>
    private void TakeMatch(int length, int distance)
    {
        var literals = _matcher.Improve(_index - 1, ref length, ref distance);
        for (; literals > 0; literals--)
        {
            AddLiteral(_window.Content[_index - 1]);
            _index++;
            _window.Remember(_index);
        }
        Tokens.AddMatch(length, distance);
        var end = _index - 1 + length;
        _window.RememberAll(_index + 1, Math.Min(end, _window.RememberedEnd));
        _index = end;
        _isLiteralPending = false;
        _length = NoMatch;
        _literals = 0;
        WriteFullBlock();
    }

    private void TakeLiteral()
    {
        if (_length > NoMatch)
            _literals = 0;
        if (!_isLiteralPending)
        {
            _index++;
            _isLiteralPending = true;
            return;
        }
        _literals++;
        AddLiteral(_window.Content[_index - 1]);
        _index++;
        if (_literals > _matcher.Level.Chain)
            SkipLiterals(1 + ((_literals - _matcher.Level.Chain) >> 6));
    }

    /// <summary>In a long run without matches the search steps over some bytes.</summary>
    private void SkipLiterals(int count)
    {
        for (; count > 0 && _index < _window.End - 1; count--)
        {
            AddLiteral(_window.Content[_index - 1]);
            _window.Remember(_index);
            _index++;
        }
        AddLiteral(_window.Content[_index - 1]);
        _isLiteralPending = false;
    }

    private void AddLiteral(byte literal)
    {
        Tokens.AddLiteral(literal);
        WriteFullBlock();
    }

    private void WriteFullBlock()
    {
        if (Tokens.Count == MaxTokens)
            WriteBlock();
    }

    private void WriteBlock()
    {
        var content = _blockStart <= _index ? _window.Content[_blockStart.._index] : [];
        var isStorable = _blockStart <= _index && content.Length <= ChunkHistory.LongestChunk;
        _blockStart = _index;
        Blocks.WriteTokens(_output!, Tokens, content, isStorable, _ends);
        Tokens.Clear();
    }
}
