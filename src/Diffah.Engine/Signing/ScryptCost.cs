using System.Numerics;

namespace Diffah.Engine.Signing;

/// <summary>The cost of scrypt (RFC 7914).</summary>
/// <param name="N">CPU and memory cost, a power of two.</param>
/// <param name="R">Block size, in units of 128 bytes.</param>
/// <param name="P">Parallelization.</param>
internal readonly record struct ScryptCost(long N, long R, long P)
{
    /// <summary>The cost that cosign uses for new keys.</summary>
    public static readonly ScryptCost Cosign = new(65536, 8, 1);

    private const long MaximumMemory = 128L << 20;
    private const long SmallestTooMuchForOneBlock = 1L << 16;

    /// <summary>Memory that it takes, in bytes.</summary>
    public long Memory => 128 * N * R;

    /// <summary>
    /// True where scrypt is defined for these (RFC 7914, section 2: N is less than 2^(16 r)) and it is within bounds:
    /// up to twice of what cosign's keys take today, of memory and of work, be it in one pass or in several. A file
    /// must not make the program run out of memory, nor keep it busy for more than a second or two.
    /// </summary>
    public bool IsAcceptable =>
        N is > 1 and <= MaximumMemory / 128 && BitOperations.IsPow2(N) && (R > 1 || N < SmallestTooMuchForOneBlock)
            && R is >= 1 and <= 64 && P is >= 1 and <= MaximumMemory && (Int128)Memory * P <= MaximumMemory;
}
