using Diffah.Engine.Deltas.Codecs.Content.Streams;

namespace Diffah.Engine.Deltas.Codecs.Content.Files;

/// <summary>What one file, or its parts, add to the streams of their class.</summary>
internal sealed class FileDraft
{
    public NumberWriter Adds { get; } = new();

    public NumberWriter Inserts { get; } = new();

    public NumberWriter Seeks { get; } = new();

    public NumberWriter Jumps { get; } = new();

    /// <summary>The last old bytes of operations.</summary>
    public NumberWriter Ends { get; } = new();

    /// <summary>Operations as rows.</summary>
    public NumberWriter Rows { get; } = new();

    /// <summary>Where predicted bytes were wrong.</summary>
    public MissDraft Bytes { get; } = new();

    /// <summary>Where predicted fields were wrong.</summary>
    public MissDraft Fields { get; } = new();

    public NumberWriter Literals { get; } = new();

    public NumberWriter Layouts { get; } = new();

    public NumberWriter Nestings { get; } = new();

    /// <summary>How the file, and each of its parts, is told.</summary>
    public NumberWriter Descriptions { get; } = new();

    /// <summary>About the bytes that all of this takes in a patch: literals are compressed best.</summary>
    public long Cost =>
        Adds.Count + Inserts.Count + Seeks.Count + Jumps.Count + Ends.Count + Rows.Count + Layouts.Count
        + Nestings.Count + Descriptions.Count + (Bytes.Count + Fields.Count) / 2 + Literals.Count / 3;

    /// <summary>Bytes that it holds.</summary>
    public long Length =>
        Adds.Count + Inserts.Count + Seeks.Count + Jumps.Count + Ends.Count + Rows.Count + Layouts.Count
        + Nestings.Count + Descriptions.Count + Bytes.Count + Fields.Count + (long)Literals.Count;

    /// <summary>Adds predicted bytes, and what they lack.</summary>
    /// <param name="predicted">What was predicted.</param>
    /// <param name="actual">What is right.</param>
    public void AddPredicted(ReadOnlySpan<byte> predicted, ReadOnlySpan<byte> actual)
    {
        while (true)
        {
            var right = predicted.CommonPrefixLength(actual);
            Bytes.AddRight(right);
            if (right == actual.Length)
                return;
            Bytes.AddWrong();
            Bytes.Corrections.Add((byte)(actual[right] - predicted[right]));
            predicted = predicted[(right + 1)..];
            actual = actual[(right + 1)..];
        }
    }

    /// <summary>Adds a block of predicted bytes and fields, and what they lack.</summary>
    /// <param name="predicted">What was predicted.</param>
    /// <param name="fields">As <see cref="IPrediction.Predict"/> gave them.</param>
    /// <param name="actual">What is right.</param>
    public void AddPredicted(
        ReadOnlySpan<byte> predicted, ReadOnlySpan<byte> fields, ReadOnlySpan<byte> actual)
    {
        for (var at = 0; at < predicted.Length;)
        {
            var (bytes, width) = PredictedField.Next(fields[at..]);
            AddPredicted(predicted.Slice(at, bytes), actual.Slice(at, bytes));
            at += bytes;
            if (width > 0)
                AddField(predicted.Slice(at, width), actual.Slice(at, width));
            at += width;
        }
    }

    private void AddField(ReadOnlySpan<byte> predicted, ReadOnlySpan<byte> actual)
    {
        if (actual.SequenceEqual(predicted))
        {
            Fields.AddRight(1);
            return;
        }
        Fields.AddWrong();
        Fields.Corrections.AddSigned(PredictedField.Difference(predicted, actual));
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
        Ends.Add(part.Ends.Written);
        Rows.Add(part.Rows.Written);
        Bytes.Append(part.Bytes);
        Fields.Append(part.Fields);
    }
}
