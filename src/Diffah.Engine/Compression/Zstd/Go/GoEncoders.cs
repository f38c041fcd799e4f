using System.Buffers;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>The levels and generations of klauspost/compress zstd that are known.</summary>
internal static class GoEncoders
{
    /// <summary>The level that programs use unless they are told another.</summary>
    public const byte Default = 2;

    // More than any program's own choice; the window is held in memory twice.
    private const ulong LargestWindow = 128 << 20;
    private const int LeastWindow = 1 << 10;
    private const int DefaultWindow = 8 << 20;

    /// <summary>The generations of a level, the newest first; none where the level is not known.</summary>
    public static IReadOnlyList<byte> Generations(byte level) => level switch
    {
        Default => [GoRelease.Runs, GoRelease.ShorterLiterals, GoRelease.LowerGain, GoRelease.First],
        _ => [],
    };

    /// <summary>Whether the encoder is known.</summary>
    public static bool IsKnown(ZstdProfile profile) =>
        profile.Family == ZstdFamily.Go && Generations(profile.Level).Contains(profile.Generation);

    /// <summary>An encoder for one frame.</summary>
    /// <param name="profile">A known encoder.</param>
    /// <param name="header">The frame's header.</param>
    /// <param name="output">Where blocks go.</param>
    /// <exception cref="RecipeRefusedException">The program is not known, or makes no such frames.</exception>
    public static ZstdFrameEncoder Create(ZstdProfile profile, ZstdFrameHeader header, IBufferWriter<byte> output)
    {
        if (!IsKnown(profile) || header.HasDictionary)
            throw new RecipeRefusedException(RecipeRefusal.RecipeUnknown, "The zstd encoder is not known.");
        var window = Window(header);
        var blockSize = Math.Min(window, ZstdBlockDraft.MaximumLength);
        var writer = new GoBlockWriter(profile.Generation, profile.Level, blockSize);
        var knowsLast = header.ContentSize != null;
        return new GoFrameEncoder(Matcher(profile), writer, window, blockSize, knowsLast, output);
    }

    /// <summary>The encoder for people.</summary>
    public static string NameOf(ZstdProfile profile)
    {
        var level = profile.Level switch { 1 => "Fastest", 2 => "Default", 3 => "Better", _ => "Best" };
        return $"klauspost/compress zstd {level}, {GoRelease.Name(profile.Generation)} or later";
    }

    private static GoMatcher Matcher(ZstdProfile profile) => new DoubleFastMatcher();

    /// <summary>How far copies reach. A header whose window is the content says only that they reach all of
    /// it.</summary>
    private static int Window(ZstdFrameHeader header)
    {
        var isWhole = header.IsSingleSegment || header.WindowSize >= header.ContentSize || IsSmall(header);
        if (isWhole && header.ContentSize is null or < DefaultWindow)
            return DefaultWindow;
        if (header.WindowSize is < LeastWindow or > LargestWindow || !ulong.IsPow2(header.WindowSize))
            throw new RecipeRefusedException(RecipeRefusal.RecipeUnknown, "The zstd encoder makes no such window.");
        return (int)header.WindowSize;
    }

    // A content too short for its size to be said is encoded as a whole.
    private static bool IsSmall(ZstdFrameHeader header) =>
        header.ContentSize == null && header.WindowSize <= 2 * LeastWindow;
}
