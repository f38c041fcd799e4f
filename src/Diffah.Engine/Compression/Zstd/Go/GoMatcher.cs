using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>
/// Finds the sequences of one block after the other, as one level does. No level writes a repeat code before a block
/// has three explicit offsets, so what earlier blocks left as repeat offsets does not matter.
/// </summary>
internal abstract class GoMatcher
{
    /// <summary>Finds what the history's block says.</summary>
    /// <param name="history">The block and the content before it.</param>
    /// <param name="draft">An empty draft. A level whose blocks may be too short for it adds their bytes as
    /// literals.</param>
    public abstract void Fill(GoHistory history, ZstdBlockDraft draft);

    /// <summary>The same for a frame of one block, the first and last: some levels have a search of its own for
    /// it.</summary>
    public virtual void FillWhole(GoHistory history, ZstdBlockDraft draft) => Fill(history, draft);

    /// <summary>Remembered positions fall by so much; those that would be less than 0 are 0.</summary>
    public abstract void Rebase(int fallen);

    /// <summary>Does it for one table.</summary>
    protected static void Rebase(Span<int> table, int fallen)
    {
        foreach (ref var position in table)
            position = Math.Max(0, position - fallen);
    }
}
