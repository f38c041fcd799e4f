using System.Runtime.CompilerServices;
using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>Looks for a better match one byte on before it takes one.</summary>
internal sealed class LazyMatcher<TScheme, TLinks> : HashMatcher<TScheme, TLinks>
    where TScheme : struct, IHashScheme
    where TLinks : struct, IChainLinks
{
    private const int FarthestThree = 4096;

    private uint _next;

    public LazyMatcher(SearchSettings settings)
        : base(settings)
    {
    }

    public override uint Carried
    {
        get => _next;
        set => _next = value;
    }

    public override int Follow(ReadOnlySpan<uint> real)
    {
        for (var index = 0; index < real.Length; index++)
        {
            var predicted = Predict();
            if (predicted != real[index])
            {
                Predicted = predicted;
                return index;
            }
            Go(predicted);
        }
        return real.Length;
    }

    public override bool DependsOnContentOnly => true;

    public override int Generate(Span<uint> tokens, int stop, bool mayCross)
    {
        var count = 0;
        while (count < tokens.Length && Position < stop)
        {
            var predicted = Predict();
            if (!mayCross && Position + Token.Length(predicted) > stop)
            {
                Predicted = predicted;
                return count;
            }
            tokens[count++] = predicted;
            Go(predicted);
        }
        return count;
    }

    public override void Commit(uint token)
    {
        _next = 0;
        Go(token);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Go(uint token)
    {
        if (Token.IsMatch(token))
        {
            Position += Token.MatchLength(token);
            _next = 0;
            InsertTo(Position);
        }
        else
        {
            // The encoder writes a literal when it is one byte further on.
            Arrive(++Position);
        }
    }

    /// <summary>The token that the encoder takes here. Where it is a literal for a better match behind it, that match
    /// is kept as the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public override uint Predict()
    {
        var position = Position;
        var match = _next;
        if (match == 0)
        {
            Arrive(position);
            match = Find(position, TScheme.MinimumMatch - 1);
            // With lazy matching, the shortest matches are not taken from afar; Go's are longer.
            if (Token.MatchLength(match) == Token.MinimumMatch && Token.Distance(match) > FarthestThree)
                match = 0;
        }
        _next = 0;
        if (match == 0)
            return Content[position];
        var length = Token.MatchLength(match);
        Arrive(position + 1);
        if (length >= Settings.Lazy)
            return match;
        var better = Find(position + 1, length);
        if (better == 0)
            return match;
        _next = better;
        return Content[position];
    }
}
