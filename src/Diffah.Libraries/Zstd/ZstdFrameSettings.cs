namespace Diffah.Libraries.Zstd;

/// <summary>All that decides the bytes of a frame's blocks.</summary>
/// <param name="Level">1 to 22.</param>
internal sealed record ZstdFrameSettings(int Level)
{
    /// <summary>Window, log2 bytes, 10 to 31; null leaves it to the level.</summary>
    public int? WindowLog { get; init; }

    /// <summary>Bytes to come; null where nobody knows.</summary>
    public long? ContentSize { get; init; }

    /// <summary>Long matches far back are looked for, whatever the level.</summary>
    public bool LongDistanceMatching { get; init; }

    /// <summary>Blocks end early where the content changes, as zstd does since 1.5.7; false: as it did before.</summary>
    public bool SplitsContent { get; init; } = true;

    /// <summary>What was matched in one block is written as one block, whatever the level.</summary>
    public bool KeepsBlocksWhole { get; init; }

    /// <summary>Works in jobs, as with one thread or more beside the caller's.</summary>
    public bool WorksInJobs { get; init; }

    /// <summary>Jobs end where the content says so.</summary>
    public bool IsRsyncable { get; init; }
}
