using System.Runtime.CompilerServices;
using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>Takes the match it finds. Only short matches are made findable inside.</summary>
internal sealed class GreedyMatcher<TScheme> : HashMatcher<TScheme, OneLink>
    where TScheme : struct, IHashScheme
{
    public GreedyMatcher(SearchSettings settings)
        : base(settings)
    {
    }

    public override uint Carried
    {
        get => 0;
        set { }
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
            Commit(predicted);
        }
        return real.Length;
    }

    /// <summary>The last places before a limit are made findable when more content comes, whatever they are part of.
    /// </summary>
    public override void Resume() => Inserted = Position - (TScheme.HashLength - 1);

    public override bool DependsOnContentOnly => false;

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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public override void Commit(uint token)
    {
        Position += Token.Length(token);
        if (!Token.IsMatch(token))
            return;
        if (Token.MatchLength(token) <= Settings.Lazy && Limit - Position >= TScheme.HashLength)
            InsertTo(Position);
        else
            Inserted = Position;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public override uint Predict()
    {
        Arrive(Position);
        var match = Find(Position, TScheme.MinimumMatch - 1);
        return match != 0 ? match : Content[Position];
    }
}
