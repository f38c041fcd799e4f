using Diffah.Engine.Deltas.Codecs.Content.Matching;

namespace Diffah.Engine.Deltas.Codecs.Content.Files;

/// <summary>Describes a new file by an old one.</summary>
internal static class FileEncoder
{
    /// <summary>Writes the operations of a file, what its predicted bytes lack, and its new bytes.</summary>
    /// <param name="old">The old file; empty where there is none.</param>
    /// <param name="now">The new file.</param>
    /// <param name="ops">They cover the new file exactly.</param>
    /// <param name="prediction">Predicts bytes; null where they are predicted to be the old ones.</param>
    /// <param name="draft">Where all goes.</param>
    public static void Encode(
        ReadOnlySpan<byte> old, ReadOnlySpan<byte> now, IReadOnlyList<PatchOp> ops, IPrediction? prediction,
        FileDraft draft)
    {
        OpColumns.Write(ops, draft);
        var place = 0;
        var gap = 0L;
        foreach (var op in ops)
        {
            gap = prediction is null
                ? Compare(old.Slice(op.Old, op.Add), now.Slice(place, op.Add), gap, draft)
                : Predict(old, now, op, place, prediction, gap, draft);
            place += op.Add;
            draft.Literals.Add(now.Slice(place, op.Insert));
            place += op.Insert;
        }
        if (draft.Corrections.Count == 0)
            draft.FirstGap = gap;
        else
            draft.LastGap = gap;
    }

    private static long Predict(
        ReadOnlySpan<byte> old, ReadOnlySpan<byte> now, PatchOp op, int place, IPrediction prediction, long gap,
        FileDraft draft)
    {
        Span<byte> predicted = stackalloc byte[IPrediction.BlockLength];
        for (var done = 0; done < op.Add;)
        {
            var block = predicted[..Math.Min(IPrediction.BlockLength, op.Add - done)];
            var actual = now.Slice(place + done, block.Length);
            prediction.Predict(old, op.Old + done, place + done, block);
            gap = Compare(block, actual, gap, draft);
            prediction.Learn(place + done, actual);
            done += block.Length;
        }
        return gap;
    }

    private static long Compare(
        ReadOnlySpan<byte> predicted, ReadOnlySpan<byte> actual, long gap, FileDraft draft)
    {
        while (true)
        {
            var right = predicted.CommonPrefixLength(actual);
            gap += right;
            if (right == actual.Length)
                return gap;
            if (draft.Corrections.Count == 0)
                draft.FirstGap = gap;
            else
                draft.Gaps.AddNumber((ulong)gap);
            draft.Corrections.Add((byte)(actual[right] - predicted[right]));
            gap = 0;
            predicted = predicted[(right + 1)..];
            actual = actual[(right + 1)..];
        }
    }
}
