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

    /// <summary>As zstd did before 1.5.7: no block ends early because the content changes, and long-distance matching
    /// is the same at all levels.</summary>
    public bool IsBefore157 { get; init; }

    /// <summary>Works in jobs, as with one thread or more beside the caller's.</summary>
    public bool WorksInJobs { get; init; }

    /// <summary>Jobs end where the content says so.</summary>
    public bool IsRsyncable { get; init; }
}
