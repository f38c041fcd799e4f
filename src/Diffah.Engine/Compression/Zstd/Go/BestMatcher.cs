using System.Runtime.CompilerServices;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>The level Best: it remembers two positions by eight bytes and two by four.</summary>
/// <param name="unsearched">Which blocks are not searched.</param>
internal abstract class BestMatcher(BlockWithoutSearch unsearched) : GoMatcher
{
    /// <summary>How many bytes there are at least behind a position that is searched.</summary>
    protected const int Margin = 12;

    // How slowly steps grow while nothing is found: by one for each 2^9 bytes.
    private const int StepBits = 9;

    private const int EightBits = 22;
    private const int FourBits = 18;

    /// <summary>Positions by eight bytes.</summary>
    protected PairTable ByEight { get; } = new(EightBits);

    /// <summary>Positions by four bytes.</summary>
    protected PairTable ByFour { get; } = new(FourBits);

    public sealed override void Fill(GoHistory history, ZstdBlockDraft draft)
    {
        if (unsearched.Fill(history.Block, draft))
            return;
        var emitted = Search(history, draft, LiteralPrice.Of(history.Block));
        draft.AddLiterals(history.Block[(emitted - history.Start)..]);
    }

    public sealed override void Rebase(int fallen)
    {
        Rebase(ByEight.Positions, fallen);
        Rebase(ByFour.Positions, fallen);
    }

    /// <summary>Finds the sequences of a block.</summary>
    /// <param name="history">The block.</param>
    /// <param name="draft">Where they go.</param>
    /// <param name="literalPrice">As <see cref="LiteralPrice.Of"/>.</param>
    /// <returns>The position behind the last.</returns>
    protected abstract int Search(GoHistory history, ZstdBlockDraft draft, int literalPrice);

    /// <summary>Where eight bytes have their entry.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static nint HashEight(ulong eight) => ContentHashes.OfEight(eight, EightBits);

    /// <summary>Where the first four of eight bytes have theirs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static nint HashFour(ulong eight) => ContentHashes.OfFour(eight, FourBits);

    /// <summary>The step from a position where nothing was found.</summary>
    /// <param name="unmatched">How many bytes lie between the last match and the position.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static int Step(int unmatched) => 1 + (unmatched >> StepBits);

    /// <summary>Remembers all positions of a range.</summary>
    protected void Remember(GoHistory history, int from, int end)
    {
        ref var content = ref history.First;
        ref var byEight = ref ByEight.First;
        ref var byFour = ref ByFour.First;
        var shift = history.Base;
        for (var position = from; position < end; position++)
        {
            var eight = ContentReads.Eight(ref content, position);
            PairTable.Add(ref byEight, HashEight(eight), position + shift);
            PairTable.Add(ref byFour, HashFour(eight), position + shift);
        }
    }
}
