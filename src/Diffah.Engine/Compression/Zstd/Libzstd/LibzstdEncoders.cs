using System.Buffers;
using Diffah.Engine.Compression.Zstd.Frames;
using Diffah.Libraries.Zstd;

namespace Diffah.Engine.Compression.Zstd.Libzstd;

/// <summary>The frames that the reference library makes.</summary>
internal static class LibzstdEncoders
{
    // The strategies of levels, as they are where the content is large.
    private const int LastDoubleFast = 4;
    private const int LastFast = 2;
    private const int LastRow = 12;
    private const int LastLazy = 15;

    /// <summary>The first level whose parser weighs the ways to go on.</summary>
    public const int FirstOptimal = LastLazy + 1;

    // The tool's default, its highest level, and what else people write.
    private static readonly int[] LikelyLevels =
        [3, 19, 9, 1, 10, 6, 15, 12, 5, 7, 18, 8, 2, 4, 11, 13, 14, 16, 17];

    // That of Debian 12 and Ubuntu 24.04 before others.
    private static readonly LibzstdRelease[] LikelyReleases =
    [
        LibzstdRelease.BeforeStretches, LibzstdRelease.BeforeSplitting, LibzstdRelease.Splitting,
        LibzstdRelease.BeforeSkipping,
    ];

    /// <summary>Whether there is such an encoder.</summary>
    public static bool IsKnown(ZstdProfile profile) => LibzstdProfile.Of(profile) is not null;

    /// <summary>Whether the encoder makes frames with such a header.</summary>
    /// <param name="profile">The encoder.</param>
    /// <param name="header">What the frame says of itself.</param>
    /// <param name="contentLength">Bytes of its content.</param>
    public static bool CanMake(ZstdProfile profile, ZstdFrameHeader header, long contentLength) =>
        LibzstdProfile.Of(profile) is { } known && LibzstdFrame.Of(known, header, contentLength) is not null;

    /// <summary>Bytes that are made ready before a frame begins; 0 where no such encoder makes it.</summary>
    /// <param name="profile">The encoder.</param>
    /// <param name="header">What the frame says of itself.</param>
    /// <param name="contentLength">Bytes of its content.</param>
    public static long SetupBytes(ZstdProfile profile, ZstdFrameHeader header, long contentLength) =>
        LibzstdProfile.Of(profile) is { } known
            ? LibzstdFrame.Of(known, header, contentLength)?.SetupBytes ?? 0 : 0;

    /// <summary>An encoder for one frame.</summary>
    /// <param name="profile">The encoder.</param>
    /// <param name="header">What the frame says of itself; its window and content size decide much.</param>
    /// <param name="contentLength">Bytes of its content.</param>
    /// <param name="output">Where blocks go.</param>
    /// <exception cref="RecipeRefusedException">No such encoder makes such a frame.</exception>
    public static ZstdFrameEncoder Create(
        ZstdProfile profile, ZstdFrameHeader header, long contentLength, IBufferWriter<byte> output)
    {
        if (LibzstdProfile.Of(profile) is not { } known
            || LibzstdFrame.Of(known, header, contentLength) is not { } frame)
            throw LibzstdRefusals.Unknown();
        try
        {
            if (known.Has(LibzstdModes.AtOnce))
                return new AtOnceEncoder(frame, output);
            return frame.NeedsOwnMatcher && frame.HasJobs
                ? new JobEncoder(frame, output)
                : new StreamedEncoder(frame, output);
        }
        catch (ZstdFaultException e)
        {
            throw LibzstdRefusals.Fault(e);
        }
    }

    /// <summary>The encoders that may have made a frame, the likeliest first.</summary>
    /// <param name="header">What the frame says of itself.</param>
    /// <param name="contentLength">Bytes of its content.</param>
    public static IEnumerable<ZstdProfile> Candidates(ZstdFrameHeader header, long contentLength) =>
        from mode in LikelyModes(header)
        from level in LikelyLevels
        from release in LikelyReleases
        where level < FirstOptimal || mode != LibzstdModes.AtOnce
        let profile = new LibzstdProfile(release, level, mode)
        let frame = LibzstdFrame.Of(profile, header, contentLength)
        where frame is not null && frame.IsLikely
        select profile.ToProfile();

    /// <summary>An encoder as people call it, such as "zstd 1.5.1–1.5.6 level 3"; null for one that is not
    /// known.</summary>
    public static string? NameOf(ZstdProfile profile)
    {
        if (LibzstdProfile.Of(profile) is not { } known)
            return null;
        var releases = (known.Release, known.Level) switch
        {
            (LibzstdRelease.Splitting, _) => "1.5.7",
            (LibzstdRelease.BeforeSkipping, _) => "1.5.1–1.5.4",
            (LibzstdRelease.BeforeStretches, _) => "1.5.4–1.5.5",
            (_, <= LastFast) => "1.5.4–1.5.6",
            (_, <= LastDoubleFast) => "1.5.1–1.5.6",
            (_, <= LastRow) => "1.5.5–1.5.6",
            (_, <= LastLazy) => "1.5.4–1.5.6",
            _ => "1.5.6",
        };
        return $"zstd {releases} level {known.Level}{WordsOf(known)}";
    }

    private static IEnumerable<LibzstdModes> LikelyModes(ZstdFrameHeader header)
    {
        var end = header.ContentSize is null ? LibzstdModes.None : LibzstdModes.EndsWithContent;
        yield return LibzstdModes.InJobs | end;
        yield return end;
        if (header.ContentSize is not null)
        {
            yield return LibzstdModes.None;
            yield return LibzstdModes.AtOnce;
        }
        yield return LibzstdModes.InJobs | LibzstdModes.LongDistance | end;
        yield return LibzstdModes.LongDistance | end;
        yield return LibzstdModes.InJobs | LibzstdModes.Rsyncable | end;
    }

    private static string WordsOf(LibzstdProfile profile) =>
        (profile.Has(LibzstdModes.LongDistance) ? ", long" : "")
        + (profile.Has(LibzstdModes.Rsyncable) ? ", rsyncable" : "")
        + (profile.Has(LibzstdModes.InJobs) ? "" : profile.Has(LibzstdModes.AtOnce) ? ", at once" : ", single thread");
}
