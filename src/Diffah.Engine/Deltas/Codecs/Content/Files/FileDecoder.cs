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

    /// <summary>Writes bytes that follow.</summary>
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Reads bytes that were written.</summary>
    /// <param name="offset">Where they are in the file.</param>
    /// <param name="bytes">Takes them.</param>
    void ReadBack(int offset, Span<byte> bytes);

    /// <summary>Writes other bytes in the place of those that were written.</summary>
    /// <param name="offset">Where they are in the file.</param>
    /// <param name="bytes">The bytes.</param>
    void Overwrite(int offset, ReadOnlySpan<byte> bytes);
}

/// <summary>Rebuilds a file from an old one.</summary>
internal static class FileDecoder
{
    /// <summary>Writes the file that operations describe.</summary>
    /// <param name="old">The old file; empty where there is none.</param>
    /// <param name="ops">As <see cref="OpReader.Read"/> gave them.</param>
    /// <param name="prediction">What the encoder predicted with; null where it predicted the old bytes.</param>
    /// <param name="streams">Those of the file's class.</param>
    /// <param name="output">Where the file goes.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="InvalidDataException">The streams are cut short.</exception>
    public static void Decode(
        ReadOnlySpan<byte> old, ReadOnlySpan<PatchOp> ops, IPrediction? prediction, ClassStreams streams,
        IFileOutput output, CancellationToken cancellationToken)
    {
        Span<byte> fields = stackalloc byte[IPrediction.BlockLength];
        var place = 0;
        foreach (var op in ops)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var done = 0; done < op.Add;)
            {
                var block = Block(output, place + done, op.Add - done, prediction);
                if (prediction is null)
                {
                    old.Slice(op.Old + done, block.Length).CopyTo(block);
                    streams.Correct(block);
                }
                else
                {
                    prediction.Predict(old, op.Old + done, place + done, block, fields);
                    streams.Correct(block, fields[..block.Length]);
                }
                prediction?.Learn(place + done, block);
                output.Advance(block.Length);
                done += block.Length;
            }
            place += op.Add;
            Insert(op.Insert, place, streams.Literals, prediction, output);
            place += op.Insert;
        }
    }

    /// <summary>Writes a file, or a part of one, that is all new.</summary>
    /// <param name="length">How long it is.</param>
    /// <param name="streams">Those of the file's class.</param>
    /// <param name="output">Where it goes.</param>
    public static void Insert(int length, ClassStreams streams, IFileOutput output) =>
        Insert(length, 0, streams.Literals, null, output);

    private static void Insert(
        int count, int place, StreamCursor literals, IPrediction? prediction, IFileOutput output)
    {
        for (var done = 0; done < count;)
        {
            var block = Block(output, place + done, count - done, prediction);
            literals.Take(block);
            prediction?.Learn(place + done, block);
            output.Advance(block.Length);
            done += block.Length;
        }
    }

    private static Span<byte> Block(IFileOutput output, int place, int left, IPrediction? prediction)
    {
        var room = output.Room();
        return room[..(prediction is null ? Math.Min(room.Length, left) : IPrediction.LengthAt(place, left))];
    }
}
