using System.Runtime.CompilerServices;

namespace Diffah.Libraries.Zstd;

/// <summary>The repeat offsets of RFC 8878, 3.1.1.5; 0 is none. Fast matchers look at the first two only.</summary>
/// <param name="First">The one used last.</param>
/// <param name="Second">The one before.</param>
/// <param name="Third">The one before that.</param>
internal readonly record struct ZstdRepeats(uint First, uint Second, uint Third = 0)
{
    // Values up to this are repeat codes.
    private const uint Codes = 3;

    /// <summary>What a frame begins with.</summary>
    public static ZstdRepeats OfFrame => new(1, 4, 8);

    /// <summary>What a job behind the first begins with: nothing that a decoder would know.</summary>
    public static ZstdRepeats OfJob => default;

    /// <summary>What they are behind a sequence.</summary>
    /// <param name="offsetValue">1 to 3 for a repeat code, else the offset and 3.</param>
    /// <param name="hasNoLiterals">The sequence has no literals, so that its codes mean the next ones.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ZstdRepeats Behind(uint offsetValue, bool hasNoLiterals)
    {
        if (offsetValue > Codes)
            return new(offsetValue - Codes, First, Second);
        return (offsetValue + (hasNoLiterals ? 1u : 0)) switch
        {
            1 => this,
            2 => new(Second, First, Third),
            3 => new(Third, First, Second),
            _ => new(First - 1, First, Second),
        };
    }
}
