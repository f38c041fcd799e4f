using Diffah.Engine.Deltas.Codecs.Content.Matching;
using Diffah.Engine.Deltas.Codecs.Content.Streams;

namespace Diffah.Engine.Deltas.Codecs.Content.Files;

/// <summary>Takes the bytes of a file while they are rebuilt, from its beginning to its end.</summary>
internal interface IFileOutput
{
    /// <summary>Room for the next bytes; at least <see cref="IPrediction.BlockLength"/>.</summary>
    Span<byte> Room();

    /// <summary>Says how many bytes of the room were filled.</summary>
    void Advance(int count);
}

/// <summary>Rebuilds a file from an old one.</summary>
internal static class FileDecoder
{
    /// <summary>Writes the file that operations describe.</summary>
    /// <param name="old">The old file; empty where there is none.</param>
    /// <param name="ops">As <see cref="OpColumns.Read"/> gave them.</param>
    /// <param name="prediction">What the encoder predicted with; null where it predicted the old bytes.</param>
    /// <param name="streams">Those of the file's class.</param>
    /// <param name="output">Where the file goes.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="InvalidDataException">The streams are cut short.</exception>
    public static void Decode(
        ReadOnlySpan<byte> old, ReadOnlySpan<PatchOp> ops, IPrediction? prediction, ClassStreams streams,
        IFileOutput output, CancellationToken cancellationToken)
    {
        var place = 0;
        foreach (var op in ops)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var done = 0; done < op.Add;)
            {
                var block = Block(output, op.Add - done, prediction is not null);
                if (prediction is null)
                    old.Slice(op.Old + done, block.Length).CopyTo(block);
                else
                    prediction.Predict(old, op.Old + done, place + done, block);
                streams.Correct(block);
                prediction?.Learn(place + done, block);
                output.Advance(block.Length);
                done += block.Length;
            }
            Insert(op.Insert, streams.Literals, output);
            place += op.Add + op.Insert;
        }
    }

    private static void Insert(int count, StreamCursor literals, IFileOutput output)
    {
        for (var left = count; left > 0;)
        {
            var block = Block(output, left, false);
            literals.Take(block);
            output.Advance(block.Length);
            left -= block.Length;
        }
    }

    private static Span<byte> Block(IFileOutput output, int left, bool isPredicted)
    {
        var room = output.Room();
        var most = isPredicted ? IPrediction.BlockLength : room.Length;
        return room[..Math.Min(most, left)];
    }
}
