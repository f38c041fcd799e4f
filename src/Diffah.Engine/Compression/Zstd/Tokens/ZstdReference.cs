using Diffah.Engine.Compression.Tokens;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Tokens;

/// <summary>Reads the decisions of a reference that is a stream of zstd frames.</summary>
internal static class ZstdReference
{
    /// <summary>Reads a reference.</summary>
    public static TokenReference Open(RecipeReference reference, CancellationToken cancellationToken) =>
        TokenReference.Open(reference, (stream, length) => Read(stream, length, cancellationToken));

    private static DecisionIndex Read(Stream stream, long contentLength, CancellationToken cancellationToken)
    {
        var frames = new FrameReader(stream);
        var index = new DecisionIndex((int)contentLength, isNarrow: false);
        var block = new ZstdBlockParts();
        var position = 0;
        while (frames.Begin() is not null)
        {
            do
            {
                cancellationToken.ThrowIfCancellationRequested();
                frames.Read(block);
                if (block.ContentLength > contentLength - position)
                    throw TokenErrors.ReferenceDiffers();
                Add(index, block, position);
                position += block.ContentLength;
                index.BlockEnds.Add(position);
            }
            while (!block.IsLast);
            frames.ReadChecksum();
        }
        index.Finish();
        return index;
    }

    private static void Add(DecisionIndex index, ZstdBlockParts block, int position)
    {
        if (block.Type != ZstdBlockType.Compressed)
            return;
        foreach (ref readonly var sequence in block.Sequences)
        {
            position += sequence.LiteralLength;
            index.Add(new(position, sequence.MatchLength, (int)sequence.Offset));
            position += sequence.MatchLength;
        }
    }
}
