namespace Diffah.Engine.Compression.Mixing;

/// <summary>
/// Writes or reads bits, each with the probability that it is 1. Models are written once, for both ways: a writer gives
/// the bit and gets it back, a reader gives anything and gets the bit that was written.
/// </summary>
internal abstract class BitCoder
{
    /// <summary>How many bits a probability has: it is above 0 and below 1, in units of 2^-16.</summary>
    public const int ProbabilityBits = 16;

    /// <summary>Whether bits are read.</summary>
    public abstract bool IsReader { get; }

    /// <summary>Codes a bit.</summary>
    /// <param name="bit">0 or 1; not looked at by a reader.</param>
    /// <param name="probability">That of a 1.</param>
    /// <returns>The bit.</returns>
    public abstract int Code(int bit, int probability);

    /// <summary>Where the interval of 0 begins: 1 has the lower part.</summary>
    protected static ulong Middle(ulong low, ulong high, int probability)
    {
        var range = high - low;
        return low + ((range >> ProbabilityBits) * (ulong)probability)
            + (((range & ((1 << ProbabilityBits) - 1)) * (ulong)probability) >> ProbabilityBits);
    }
}
