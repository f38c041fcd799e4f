using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>Checkpoints in bytes: each as what it is more than the one before.</summary>
internal static class CheckpointFormat
{
    // The window of an encoder is no longer.
    private const int Window = 1 << 17;

    public static void Write(ByteList output, RecipePart part, bool hasCorrections)
    {
        output.AddNumber((ulong)part.Checkpoints.Count);
        var last = part.Start;
        foreach (var checkpoint in part.Checkpoints)
        {
            output.AddNumber((ulong)(checkpoint.Content - last.Content));
            output.AddNumber((ulong)(checkpoint.Bit - last.Bit));
            output.AddNumber((ulong)(checkpoint.Content - checkpoint.WindowBase));
            output.AddNumber(checkpoint.Carried);
            if (hasCorrections)
                Write(output, checkpoint.Corrections, last.Corrections);
            last = checkpoint;
        }
    }

    public static Checkpoint[] Read(ref ByteCursor input, RecipePart part, int[]? streams)
    {
        var (length, bits) = (part.ContentEnd, part.BitEnd);
        var count = (int)input.TakeNumber(Math.Min(RecipeBounds.Checkpoints, input.Left / 4));
        var checkpoints = new Checkpoint[count];
        var last = part.Start;
        for (var index = 0; index < count; index++)
        {
            var content = last.Content + input.TakeNumber(length - last.Content);
            var bit = last.Bit + input.TakeNumber(bits - last.Bit);
            var windowBase = content - input.TakeNumber(Window);
            var carried = (uint)input.TakeNumber(uint.MaxValue);
            var corrections = streams is null
                ? CorrectionPlace.Start
                : ReadPlace(ref input, streams, last.Corrections);
            if (content == last.Content || bit == last.Bit || !IsMatchOrNone(carried, length - content, content))
                throw ByteCursor.Invalid("begins a part where none can begin");
            checkpoints[index] = last = new(content, bit, windowBase, carried, corrections);
        }
        return checkpoints;
    }

    private static bool IsMatchOrNone(uint carried, long left, long position) => carried == 0
        || (Token.MatchLength(carried) is >= Token.MinimumMatch and <= Token.MaximumMatch
            && Token.MatchLength(carried) <= left
            && Token.Distance(carried) is >= 1 and <= Token.MaximumDistance
            && Token.Distance(carried) <= position);

    private static void Write(ByteList output, CorrectionPlace place, CorrectionPlace last)
    {
        for (var stream = 0; stream < Corrections.StreamCount; stream++)
            output.AddNumber((ulong)(place.Offsets[stream] - last.Offsets[stream]));
        output.AddNumber((ulong)place.RightTokens);
        output.AddNumber((ulong)place.RightBlocks);
    }

    private static CorrectionPlace ReadPlace(ref ByteCursor input, int[] streams, CorrectionPlace last)
    {
        var offsets = new int[Corrections.StreamCount];
        for (var stream = 0; stream < offsets.Length; stream++)
            offsets[stream] = last.Offsets[stream]
                + (int)input.TakeNumber(streams[stream] - last.Offsets[stream]);
        return new(offsets, input.TakeNumber(RecipeBounds.Length), input.TakeNumber(RecipeBounds.Length));
    }
}
