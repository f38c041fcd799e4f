using System.Runtime.CompilerServices;

namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>A match.</summary>
/// <param name="Source">Where the bytes are copied from.</param>
/// <param name="Place">Where they go.</param>
/// <param name="Length">How many; 0 is no match.</param>
internal readonly record struct FoundMatch(int Source, int Place, int Length)
{
    /// <summary>The match that begins with bytes which were compared already.</summary>
    /// <param name="content">The content's first byte.</param>
    /// <param name="source">Where from.</param>
    /// <param name="place">Where to.</param>
    /// <param name="compared">How many bytes are known to be the same.</param>
    /// <param name="end">Where the content ends.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FoundMatch Of(ref byte content, int source, int place, int compared, int end) => new(
        source, place, compared + ContentReads.SameLength(ref content, source + compared, place + compared, end));
}
