namespace Diffah.Libraries.Zstd;

/// <summary>A match that there is at some place.</summary>
/// <param name="OffsetValue">1 to 3 for a repeat code, else the offset and 3.</param>
/// <param name="Length">Its bytes.</param>
internal readonly record struct ZstdFoundMatch(uint OffsetValue, int Length)
{
    /// <summary>A match that repeats no offset.</summary>
    public static ZstdFoundMatch At(uint offset, int length) => new(offset + 3, length);
}
