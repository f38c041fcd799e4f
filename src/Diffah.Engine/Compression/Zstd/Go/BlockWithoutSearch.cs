using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>Drafts blocks that the levels Better and Best do not search.</summary>
/// <param name="FindsRuns">Whether a block of one byte value is found out at once: since 1.17.8.</param>
internal readonly record struct BlockWithoutSearch(bool FindsRuns)
{
    private const int Shortest = 16;

    /// <summary>Drafts the block if it is such a one.</summary>
    public bool Fill(ReadOnlySpan<byte> block, ZstdBlockDraft draft)
    {
        if (FindsRuns && block.Length > 3 && !block.ContainsAnyExcept(block[0]))
        {
            draft.AddLiterals(block[..1]);
            draft.Add(1, block.Length - 1, 1 + 3);
            return true;
        }
        if (block.Length >= Shortest)
            return false;
        draft.AddLiterals(block);
        return true;
    }
}
