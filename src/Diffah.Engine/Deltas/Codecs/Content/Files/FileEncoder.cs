using Diffah.Engine.Deltas.Codecs.Content.Matching;

namespace Diffah.Engine.Deltas.Codecs.Content.Files;

/// <summary>Describes a new file by an old one.</summary>
internal static class FileEncoder
{
    /// <summary>Writes what the predicted bytes of a file lack, and its new bytes.</summary>
    /// <param name="old">The old file; empty where there is none.</param>
    /// <param name="now">The new file.</param>
    /// <param name="ops">They cover the new file exactly.</param>
    /// <param name="prediction">Predicts bytes; null where they are predicted to be the old ones.</param>
    /// <param name="draft">Where all goes.</param>
    public static void Encode(
        ReadOnlySpan<byte> old, ReadOnlySpan<byte> now, IReadOnlyList<PatchOp> ops, IPrediction? prediction,
        FileDraft draft)
    {
        var place = 0;
        foreach (var op in ops)
        {
            if (prediction is null)
                draft.AddPredicted(old.Slice(op.Old, op.Add), now.Slice(place, op.Add));
            else
                Predict(old, now, op, place, prediction, draft);
            place += op.Add;
            var inserted = now.Slice(place, op.Insert);
            draft.Literals.Add(inserted);
            if (prediction is not null)
                Learn(inserted, place, prediction);
            place += op.Insert;
        }
    }

    private static void Predict(
        ReadOnlySpan<byte> old, ReadOnlySpan<byte> now, PatchOp op, int place, IPrediction prediction,
        FileDraft draft)
    {
        Span<byte> predicted = stackalloc byte[IPrediction.BlockLength];
        Span<byte> fields = stackalloc byte[IPrediction.BlockLength];
        for (var done = 0; done < op.Add;)
        {
            var block = predicted[..IPrediction.LengthAt(place + done, op.Add - done)];
            var actual = now.Slice(place + done, block.Length);
            prediction.Predict(old, op.Old + done, place + done, block, fields);
            draft.AddPredicted(block, fields[..block.Length], actual);
            prediction.Learn(place + done, actual);
            done += block.Length;
        }
    }

    private static void Learn(ReadOnlySpan<byte> inserted, int place, IPrediction prediction)
    {
        while (!inserted.IsEmpty)
        {
            var length = IPrediction.LengthAt(place, inserted.Length);
            prediction.Learn(place, inserted[..length]);
            inserted = inserted[length..];
            place += length;
        }
    }
}
