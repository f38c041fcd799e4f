using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>What zlib-ng's levels have in common: where they stop to take more content, and what they forget
/// then.</summary>
/// <param name="settings">The level's search.</param>
/// <param name="writeSize">How much content is given to the encoder at a time.</param>
internal abstract class ZlibNgMatcher(SearchSettings settings, int writeSize) : TokenMatcher
{
    protected const int MaximumDistance = ZlibSearch.WindowSize - ZlibSearch.MinimumLookahead;

    private const int Slides = 2 * ZlibSearch.WindowSize - ZlibSearch.MinimumLookahead;

    private NetOutput _output;
    private bool _hasBlocks;
    private bool _isDecided;
    private bool _hasSlid;
    private uint _token;

    // Where the content ends that is in the encoder's window, and that which was given to it.
    private long _filled;
    private long _given;

    public override uint Carried
    {
        get => 0;
        set { }
    }

    public override bool DependsOnContentOnly => false;

    protected ZlibNgTable Table { get; } = new();

    protected byte[] Content { get; private set; } = [];

    protected SearchSettings Settings => settings;

    /// <summary>Bytes of content that the encoder sees from a place on.</summary>
    protected int Ahead(int position) => (int)Math.Min(_filled, Limit) - position;

    public override void Begin(byte[] content, int first, int start, int windowBase)
    {
        Content = content;
        Table.Clear();
        (Position, Base, _isDecided, _hasBlocks, _hasSlid) = (start, windowBase, false, false, false);
        (_filled, _given) = (start, start + (long)writeSize);
        Restart();
        for (var at = first; at < Math.Min(start, Limit - ZlibNgTable.HashLength + 1); at++)
            InsertLast(at);
    }

    public override void BeginBlock(long startBit)
    {
        if (!_hasBlocks)
            _output.Begin(startBit);
        else if (_output.Add(startBit))
            Stop();
        _hasBlocks = true;
    }

    public override int Follow(ReadOnlySpan<uint> real)
    {
        for (var index = 0; index < real.Length; index++)
        {
            Predicted = Predict();
            if (Predicted != real[index])
                return index;
            Commit(Predicted);
        }
        return real.Length;
    }

    public override int Generate(Span<uint> tokens, int stop, bool mayCross)
    {
        var count = 0;
        while (count < tokens.Length && Position < stop)
        {
            Predicted = Predict();
            if (!mayCross && Position + Token.Length(Predicted) > stop)
                return count;
            tokens[count++] = Predicted;
            Commit(Predicted);
        }
        return count;
    }

    public override uint Predict()
    {
        if (!_isDecided)
        {
            _token = Decide();
            _isDecided = true;
        }
        return _token;
    }

    public override void Commit(uint token)
    {
        if (!_isDecided || token != _token)
            Forget();
        _isDecided = false;
        Position += Token.Length(token);
    }

    public override void Slide(int by)
    {
        (Position, Limit, Base) = (Position - by, Limit - by, Base - by);
        (_filled, _given) = (_filled - by, _given - by);
        Table.Slide(by);
        SlideFound(by);
    }

    public override void Dispose() => Table.Dispose();

    /// <summary>Begins without anything found.</summary>
    protected abstract void Restart();

    /// <summary>Forgets what was found for a later place.</summary>
    protected abstract void Forget();

    /// <summary>Is stopped by a full buffer, and begins again.</summary>
    protected virtual void Stop()
    {
    }

    /// <summary>Content was taken: the last place is made findable, if it is not.</summary>
    protected virtual void InsertLast(int position) =>
        Table.Insert(ref MemoryMarshal.GetArrayDataReference(Content), position);

    /// <summary>Chooses the token at the position, and does all that the encoder does until it writes it.</summary>
    protected abstract uint Decide();

    /// <summary>Indexes that are kept are less.</summary>
    protected abstract void SlideFound(int by);

    /// <summary>Walks along a chain to a match that is longer than what is had; 0 where there is none.</summary>
    protected uint Longest(ref byte content, int position, int candidate, int best, bool stopsEarly)
    {
        var limit = Math.Max(position - MaximumDistance, Base);
        var match = 0u;
        var ahead = Ahead(position);
        for (var tries = best >= settings.Good ? settings.Chain >> 2 : settings.Chain; ;)
        {
            if (candidate >= position)
                break;
            if (MayBeLonger(ref content, position, candidate, best))
            {
                var length = Common(ref content, candidate, position);
                if (length > best)
                {
                    match = Token.Match(Math.Min(length, ahead), position - candidate);
                    if (length > ahead || length >= settings.Nice)
                        break;
                    best = length;
                }
                else if (stopsEarly && best >= 8)
                {
                    break;
                }
            }
            if (--tries == 0)
                break;
            candidate = Table.Before(candidate);
            if (candidate <= limit)
                break;
        }
        return match;
    }

    /// <summary>Compares both ends of what would be a longer match, as many bytes as the encoder does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool MayBeLonger(ref byte content, int position, int candidate, int best)
    {
        if (best >= 8)
        {
            var last = best - 7;
            return SearchSpace.Read(ref content, position) == SearchSpace.Read(ref content, candidate)
                && SearchSpace.Read(ref content, position + last) == SearchSpace.Read(ref content, candidate + last);
        }
        return Unsafe.Add(ref content, position + best) == Unsafe.Add(ref content, candidate + best);
    }

    /// <summary>How many bytes two places have in common, as far as a match may be long. The encoder looks on behind
    /// the content that is in its window, at what was there before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected int Common(ref byte content, int one, int other)
    {
        var inside = (int)Math.Min(_filled, Limit) - other;
        if (inside >= Token.MaximumMatch)
            return (int)SearchSpace.Common(ref content, one, other, Token.MaximumMatch);
        var common = (int)SearchSpace.Common(ref content, one, other, Math.Max(0, inside));
        if (common < inside)
            return common;
        while (common < Token.MaximumMatch && Seen(one + common) == Seen(other + common))
            common++;
        return common;
    }

    /// <summary>A byte as it stands in the encoder's window.</summary>
    private byte Seen(int at)
    {
        if (at < Math.Min(_filled, Limit))
            return Content[at];
        return _hasSlid && at >= ZlibSearch.WindowSize ? Content[at - ZlibSearch.WindowSize] : (byte)0;
    }

    /// <summary>Takes more content where there is little ahead.</summary>
    /// <returns>True where there was little.</returns>
    protected bool Refill(int position)
    {
        if (Math.Min(_filled, Limit) - position >= ZlibSearch.MinimumLookahead)
            return false;
        do
        {
            if (position - Base >= Slides)
            {
                Base += ZlibSearch.WindowSize;
                _hasSlid = true;
            }
            if (_filled >= Limit)
                break;
            if (_filled == _given)
            {
                _given += writeSize;
                _output.Renew();
            }
            _filled = Math.Min(Base + 2L * ZlibSearch.WindowSize, _given);
            if (position > Base && Math.Min(_filled, Limit) - position >= Token.MinimumMatch)
                InsertLast(position - 1);
        }
        while (Math.Min(_filled, Limit) - position < ZlibSearch.MinimumLookahead);
        return true;
    }
}
