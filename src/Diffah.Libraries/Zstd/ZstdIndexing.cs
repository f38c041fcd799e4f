using ZstdSharp.Unsafe;

namespace Diffah.Libraries.Zstd;

/// <summary>
/// How far an encoder is with its prefix. zstd indexes a prefix in one call before the first byte of content, and says
/// nothing meanwhile; but it puts positions into its hash table in ascending order, so the highest one among a sample
/// of slots is where it is.
/// </summary>
internal static unsafe class ZstdIndexing
{
    // Of 32 Mi slots that is each 512th: enough for text that comes to few slots, and some milliseconds a look.
    private const uint Samples = 1 << 16;

    // Positions begin here (ZSTD_WINDOW_START_INDEX).
    private const uint First = 2;

    /// <summary>
    /// Bytes of the prefix that are in the table, a little fewer than there are; more than the prefix once content
    /// follows.
    /// </summary>
    /// <param name="context">A context that lives; another thread may be inside a call with it.</param>
    public static long Read(ZSTD_CCtx_s* context)
    {
        var state = &context->blockState.matchState;
        var table = state->hashTable;
        var log = state->cParams.hashLog;
        if (table == null || log == 0)
            return 0;
        var slots = 1u << (int)log;
        uint highest = 0;
        // An odd step, so that slots are met that do not lie alike.
        for (uint slot = 0, step = Math.Max(1, slots / Samples) | 1; slot < slots; slot += step)
            highest = Math.Max(highest, Volatile.Read(ref table[slot]));
        return Math.Max(0L, (long)highest - First);
    }
}
