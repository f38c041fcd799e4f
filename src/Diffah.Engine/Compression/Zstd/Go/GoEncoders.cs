using System.Buffers;
using System.Numerics;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>The levels and generations of klauspost/compress zstd that are known.</summary>
internal static class GoEncoders
{
    // More than any program's own choice; the window is held in memory twice.
    private const ulong LargestWindow = 128 << 20;
    private const ulong LeastWindow = 1 << 10;
    private const ulong DefaultWindow = 8 << 20;

    // A workplace but for its tables.
    private const long WorkplaceBytes = 2 << 20;

    /// <summary>The known encoders, the likeliest first: those of the default level, the newest of each.</summary>
    public static IEnumerable<ZstdProfile> Profiles()
    {
        byte[] levels = [GoLevels.Default, GoLevels.Best, GoLevels.Better, GoLevels.Fastest];
        foreach (var level in levels)
        {
            foreach (var generation in GoLevels.Generations(level).ToArray())
                yield return new ZstdProfile(ZstdFamily.Go, generation, level);
        }
    }

    /// <summary>Whether the encoder is known.</summary>
    public static bool IsKnown(ZstdProfile profile) =>
        profile.Family == ZstdFamily.Go && GoLevels.Generations(profile.Level).Contains(profile.Generation);

    /// <summary>What it takes to begin a frame; nothing where the program is not known.</summary>
    /// <param name="profile">The encoder.</param>
    /// <param name="header">The frame's header.</param>
    /// <exception cref="RecipeRefusedException">The program makes no such frames.</exception>
    public static FrameSetup SetupOf(ZstdProfile profile, ZstdFrameHeader header)
    {
        if (!IsKnown(profile))
            return default;
        var (tables, window) = (GoLevels.TableBytes(profile.Level), Window(header));
        // Positions grow by a window with each frame, and when they are too large all are gone through, in less time
        // than it takes to make them.
        return new(tables + WorkplaceBytes, tables * window / (2L * GoHistory.HighestBase), window);
    }

    /// <summary>An encoder for one frame.</summary>
    /// <param name="profile">A known encoder.</param>
    /// <param name="header">The frame's header.</param>
    /// <param name="output">Where blocks go.</param>
    /// <exception cref="RecipeRefusedException">The program is not known, or makes no such frames.</exception>
    public static ZstdFrameEncoder Create(ZstdProfile profile, ZstdFrameHeader header, IBufferWriter<byte> output)
    {
        if (!IsKnown(profile) || header.HasDictionary)
            throw new RecipeRefusedException(RecipeRefusal.RecipeUnknown, "The zstd encoder is not known.");
        var knowsLast = header.ContentSize != null;
        return new GoFrameEncoder(GoWorkplace.Take(profile, Window(header)), knowsLast, output);
    }

    /// <summary>The encoder for people.</summary>
    public static string NameOf(ZstdProfile profile)
    {
        var level = profile.Level switch { 1 => "Fastest", 2 => "Default", 3 => "Better", _ => "Best" };
        return $"klauspost/compress zstd {level}, {GoRelease.Name(profile.Generation)} or later";
    }

    /// <summary>How far copies reach. A header whose window is the content says only that they reach all of
    /// it.</summary>
    private static int Window(ZstdFrameHeader header)
    {
        var content = header.ContentSize ?? 0;
        var isWhole = header.IsSingleSegment || header.WindowSize > content && header.ContentSize != null;
        var window = isWhole || IsSmall(header)
            ? Math.Max(DefaultWindow, BitOperations.RoundUpToPowerOf2(Math.Min(content, LargestWindow + 1)))
            : header.WindowSize;
        if (window is < LeastWindow or > LargestWindow || !ulong.IsPow2(window))
            throw new RecipeRefusedException(RecipeRefusal.RecipeUnknown, "The zstd encoder makes no such window.");
        return (int)window;
    }

    // A content too short for its size to be said is encoded as a whole.
    private static bool IsSmall(ZstdFrameHeader header) =>
        header.ContentSize == null && header.WindowSize <= 2 * LeastWindow;
}
