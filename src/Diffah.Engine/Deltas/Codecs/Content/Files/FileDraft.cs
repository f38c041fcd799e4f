using Diffah.Engine.Deltas.Codecs.Content.Streams;

namespace Diffah.Engine.Deltas.Codecs.Content.Files;

/// <summary>What one file, or its parts, add to the streams of their class.</summary>
internal sealed class FileDraft
{
    public NumberWriter Adds { get; } = new();

    public NumberWriter Inserts { get; } = new();

    public NumberWriter Seeks { get; } = new();

    public NumberWriter Jumps { get; } = new();

    /// <summary>Right bytes between wrong ones, but for those before the first.</summary>
    public NumberWriter Gaps { get; } = new();

    public NumberWriter Corrections { get; } = new();

    public NumberWriter Literals { get; } = new();

    public NumberWriter Layouts { get; } = new();

    public NumberWriter Nestings { get; } = new();

    /// <summary>How the file, and each of its parts, is told.</summary>
    public NumberWriter Descriptions { get; } = new();

    /// <summary>Right bytes before the first wrong one; 0 while none is wrong.</summary>
    public long FirstGap { get; private set; }

    /// <summary>Right bytes since the last wrong one; all of them while none is wrong.</summary>
    public long LastGap { get; private set; }

    /// <summary>About the bytes that all of this takes in a patch: literals are compressed best.</summary>
    public long Cost =>
        Adds.Count + Inserts.Count + Seeks.Count + Jumps.Count + Layouts.Count + Nestings.Count + Descriptions.Count
        + (Gaps.Count + Corrections.Count) / 2 + Literals.Count / 3;

    /// <summary>Adds predicted bytes, and what they lack.</summary>
    /// <param name="predicted">What was predicted.</param>
    /// <param name="actual">What is right.</param>
    public void AddPredicted(ReadOnlySpan<byte> predicted, ReadOnlySpan<byte> actual)
    {
        while (true)
        {
            var right = predicted.CommonPrefixLength(actual);
            LastGap += right;
            if (right == actual.Length)
                return;
            if (Corrections.Count == 0)
                FirstGap = LastGap;
            else
                Gaps.AddNumber((ulong)LastGap);
            Corrections.Add((byte)(actual[right] - predicted[right]));
            LastGap = 0;
            predicted = predicted[(right + 1)..];
            actual = actual[(right + 1)..];
        }
    }

    /// <summary>Adds what a part adds.</summary>
    /// <param name="part">The draft of the part.</param>
    public void Append(FileDraft part)
    {
        Adds.Add(part.Adds.Written);
        Inserts.Add(part.Inserts.Written);
        Seeks.Add(part.Seeks.Written);
        Jumps.Add(part.Jumps.Written);
        Literals.Add(part.Literals.Written);
        Layouts.Add(part.Layouts.Written);
        Nestings.Add(part.Nestings.Written);
        Descriptions.Add(part.Descriptions.Written);
        if (part.Corrections.Count == 0)
        {
            LastGap += part.LastGap;
            return;
        }
        if (Corrections.Count == 0)
            FirstGap = LastGap + part.FirstGap;
        else
            Gaps.AddNumber((ulong)(LastGap + part.FirstGap));
        Gaps.Add(part.Gaps.Written);
        Corrections.Add(part.Corrections.Written);
        LastGap = part.LastGap;
    }
}
