namespace Diffah.Engine.Compression.Zstd.Frames;

/// <summary>What it takes to begin a frame, before its first byte.</summary>
/// <param name="Fresh">Bytes of tables that are made.</param>
/// <param name="Again">The same where the tables of one of the last frames are used again, by the same profile and with
/// the same window; <paramref name="Fresh"/> where each frame has its own.</param>
/// <param name="Window">That window, in bytes.</param>
internal readonly record struct FrameSetup(long Fresh, long Again, int Window)
{
    /// <summary>The last so many that can be used again have their tables at hand.</summary>
    public const int MostAtHand = 4;

    /// <summary>Of an encoder that makes its tables for each frame.</summary>
    public static FrameSetup Of(long bytes) => new(bytes, bytes, 0);
}
