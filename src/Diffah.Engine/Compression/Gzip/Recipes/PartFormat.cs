using Diffah.Engine.Compression.Gzip.Encoders;
using Diffah.Engine.Compression.Gzip.Segments;

namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>A part of a recipe in bytes, without its corrections.</summary>
internal static class PartFormat
{
    [Flags]
    private enum PartFlags : byte
    {
        None = 0,
        Corrections = 1,
        Checkpoints = 2,
        All = 3,
    }

    /// <summary>It has nothing but its encoder and its lengths.</summary>
    public static bool IsPlain(RecipePart part) => part.Corrections.Length == 0 && part.Checkpoints.Count == 0;

    /// <summary>Writes a part.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="part">The part.</param>
    /// <param name="isSame">It is plain, and its encoder is known.</param>
    public static void Write(ByteList output, RecipePart part, bool isSame)
    {
        var hasCorrections = part.Corrections.Length > 0;
        if (!isSame)
        {
            output.Add((byte)((hasCorrections ? PartFlags.Corrections : 0)
                | (part.Checkpoints.Count > 0 ? PartFlags.Checkpoints : 0)));
            output.Add((byte)part.Profile.Family);
            output.Add(part.Profile.Level);
        }
        output.AddNumber((ulong)(part.ContentEnd - part.Content));
        output.AddNumber((ulong)(part.BitEnd - part.Bit));
        if (hasCorrections)
        {
            foreach (var stream in part.Corrections.Streams)
                output.AddNumber((ulong)stream.Length);
        }
        if (part.Checkpoints.Count > 0)
            CheckpointFormat.Write(output, part, hasCorrections);
    }

    /// <summary>Reads a part, a plain one where its encoder is known.</summary>
    /// <returns>The part, and how long each stream of its corrections is.</returns>
    public static (RecipePart Part, int[] Lengths) Read(
        ref ByteCursor input, EncoderProfile? same, long content, long bit, bool isOnly, bool isLast)
    {
        var flags = same is null ? (PartFlags)input.Take() : PartFlags.None;
        if (flags > PartFlags.All)
            throw ByteCursor.Invalid("has a part of no kind");
        var profile = same ?? new EncoderProfile((EncoderFamily)input.Take(), input.Take());
        var contentEnd = content + input.TakeNumber(RecipeBounds.Length - content);
        var bitEnd = bit + input.TakeNumber(RecipeBounds.Length - bit);
        var part = new RecipePart(profile, content, contentEnd, bit, bitEnd, Corrections.None, []);
        if (bitEnd == bit)
            throw ByteCursor.Invalid("has a part without bits");
        if (part.IsWhole)
            CheckWhole(part, flags, isOnly, isLast);
        else if (!EncoderProfiles.IsKnown(profile))
            throw new RecipeRefusedException(
                RecipeRefusal.RecipeUnknown, "The recipe of a gzip stream names an encoder that is not known.");
        var hasCorrections = flags.HasFlag(PartFlags.Corrections);
        var lengths = new int[Corrections.StreamCount];
        for (var stream = 0; hasCorrections && stream < lengths.Length; stream++)
            lengths[stream] = (int)input.TakeNumber(input.Left);
        if (flags.HasFlag(PartFlags.Checkpoints))
            part = part with { Checkpoints = CheckpointFormat.Read(ref input, part, hasCorrections ? lengths : null) };
        return (part, lengths);
    }

    /// <summary>An encoder that is run as a whole begins with a segment of its own, or with the stream.</summary>
    private static void CheckWhole(RecipePart part, PartFlags flags, bool isOnly, bool isLast)
    {
        var shape = SegmentEncoders.Shape(part.Profile);
        var isAlone = !isOnly && !shape.IsIndependent;
        if (flags != PartFlags.None || isAlone || (part.Content == part.ContentEnd && !isOnly))
            throw ByteCursor.Invalid("has a part of no kind");
        if (shape.IsIndependent
            && (part.Content % shape.SegmentLength != 0
                || (!isLast && part.ContentEnd % shape.SegmentLength != 0)))
            throw ByteCursor.Invalid("begins a part where none can begin");
    }
}
