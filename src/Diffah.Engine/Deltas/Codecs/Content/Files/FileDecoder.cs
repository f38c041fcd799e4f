using Diffah.Engine.Deltas.Codecs.Content.Matching;

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
    /// <param name="coding">That of the file's class.</param>
    /// <param name="output">Where the file goes.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="InvalidDataException">The streams are cut short.</exception>
    public static void Decode(
        ReadOnlySpan<byte> old, ReadOnlySpan<PatchOp> ops, IPrediction? prediction, IClassCoding coding,
        IFileOutput output, CancellationToken cancellationToken)
    {
        coding.Begin(old, ops);
        var place = 0;
        for (var index = 0; index < ops.Length; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var op = ops[index];
            Add(old, op, place, prediction, coding, output);
            place += op.Add;
            var next = index + 1 < ops.Length && ops[index + 1].Add > 0 ? ops[index + 1].Old : old.Length;
            Insert(old, op, next, place, prediction, coding, output);
            place += op.Insert;
        }
    }

    /// <summary>Writes a file, or a part of one, that is all new.</summary>
    /// <param name="length">How long it is.</param>
    /// <param name="coding">That of the file's class.</param>
    /// <param name="output">Where it goes.</param>
    public static void Insert(int length, IClassCoding coding, IFileOutput output)
    {
        var op = new PatchOp(0, 0, length);
        coding.Begin([], [op]);
        Insert([], op, 0, 0, null, coding, output);
    }

    private static void Add(
        ReadOnlySpan<byte> old, PatchOp op, int place, IPrediction? prediction, IClassCoding coding,
        IFileOutput output)
    {
        Span<byte> fields = stackalloc byte[IPrediction.BlockLength];
        Span<byte> kinds = stackalloc byte[IPrediction.BlockLength];
        for (var done = 0; done < op.Add;)
        {
            var length = IPrediction.LengthAt(place + done, op.Add - done);
            var bytes = output.Room()[..length];
            var hasFields = prediction is not null;
            if (hasFields)
            {
                prediction!.Predict(old, op.Old + done, place + done, bytes, fields);
                prediction.TellKinds(op.Old + done, kinds[..length]);
            }
            else
                old.Slice(op.Old + done, length).CopyTo(bytes);
            var block = new PredictedBlock
            {
                Old = old,
                OldPlace = op.Old + done,
                Place = place + done,
                Start = place,
                End = place + op.Add,
                Fields = hasFields ? fields[..length] : [],
                Kinds = hasFields ? kinds[..length] : [],
            };
            coding.Correct(block, bytes);
            prediction?.Learn(place + done, bytes);
            output.Advance(length);
            done += length;
        }
    }

    private static void Insert(
        ReadOnlySpan<byte> old, PatchOp op, int next, int place, IPrediction? prediction, IClassCoding coding,
        IFileOutput output)
    {
        for (var done = 0; done < op.Insert;)
        {
            var length = IPrediction.LengthAt(place + done, op.Insert - done);
            var bytes = output.Room()[..length];
            var block = new InsertedBlock
            {
                Old = old,
                Behind = op.Old + op.Add + done,
                Before = next - op.Insert + done,
                Place = place + done,
                IsFirst = done == 0,
            };
            coding.Insert(block, bytes);
            prediction?.Learn(place + done, bytes);
            output.Advance(length);
            done += length;
        }
    }
}
