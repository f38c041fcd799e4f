using System.Numerics;
using Diffah.Libraries.Zstd;

namespace Diffah.Engine.Compression.Zstd.Libzstd;

/// <summary>A frame that is to be made: what its profile and its header say, and what follows from both.</summary>
internal sealed class LibzstdFrame
{
    /// <summary>No recipe may ask for a larger window, log2 bytes.</summary>
    public const int LargestWindowLog = 27;

    /// <summary>Bytes of content that are held, to be compressed at once.</summary>
    public const int LargestAtOnce = 1 << 28;

    private const int DoubleFast = 2;
    private const int Greedy = 3;
    private const int Lazy2 = 5;
    private const int Optimal = 7;
    private const int Ultra2 = 9;

    // ZSTDMT_computeOverlapSize: windows, log2, that are a job's overlap.
    private const int Overlap = 3;
    private const int LargeOverlap = 2;
    private const int OptimalOverlap = 1;

    // With less the library looks at chains of positions, not at rows.
    private const int LargestWindowLogWithoutRows = 14;

    // What a context, and a thread with what it needs, cost besides their tables: the time of clearing so many bytes.
    private const long Context = 64 * 1024;
    private const long Thread = 1 << 20;

    // What is in work and in wait at a time is some jobs, and a job is four windows.
    private const int LargestWindowLogInJobs = 24;

    // Up to here a frame whose size is known is not made in jobs (ZSTDMT_JOBSIZE_MIN).
    private const long SmallestInJobs = 512 * 1024;

    private LibzstdFrame(LibzstdProfile profile, ZstdFrameSettings settings, long length)
    {
        (Profile, Settings, Length) = (profile, settings, length);
        (WindowLog, Strategy) = ZstdLibrary.FrameOf(settings);
    }

    /// <summary>The encoder.</summary>
    public LibzstdProfile Profile { get; }

    /// <summary>What it is told.</summary>
    public ZstdFrameSettings Settings { get; }

    /// <summary>Bytes of the content.</summary>
    public long Length { get; }

    /// <summary>Window, log2 bytes, that comes of it, without long-distance matching.</summary>
    public int WindowLog { get; }

    /// <summary>1 to 9, from fast to btultra2: what the level is at this size of content.</summary>
    public int Strategy { get; }

    /// <summary>Bytes of a job behind which the next one may look back, log2.</summary>
    public int OverlapLog => WindowLog - Strategy switch
    {
        >= Ultra2 => 0,
        >= Optimal => OptimalOverlap,
        >= Lazy2 => LargeOverlap,
        _ => Overlap,
    };

    /// <summary>Matches have to be found otherwise than the built-in library does.</summary>
    public bool NeedsOwnMatcher => IsOldDoubleFast || IsOldRowLazy || IsOldOptimal;

    private bool IsOldDoubleFast =>
        Strategy == DoubleFast && Profile.Release == LibzstdRelease.BeforeSplitting;

    private bool IsOldRowLazy => Profile.Release == LibzstdRelease.BeforeSkipping
        && Strategy is >= Greedy and <= Lazy2 && WindowLog > LargestWindowLogWithoutRows;

    private bool IsOldOptimal => Profile.Release == LibzstdRelease.BeforeStretches && Strategy >= Optimal;

    /// <summary>What finds matches; null where the built-in library does.</summary>
    public IZstdMatcher? Matcher()
    {
        if (IsOldDoubleFast)
            return new ZstdDoubleFast();
        if (IsOldRowLazy)
            return new ZstdRowLazy();
        return IsOldOptimal ? new ZstdOptimal() : null;
    }

    /// <summary>Bytes that are made ready before the frame begins: tables, and with jobs a thread.</summary>
    public long SetupBytes => Context + ZstdLibrary.TableBytesOf(Settings) + (HasJobs ? Thread : 0)
        + (HasJobs && NeedsOwnMatcher ? 1L << OverlapLog : 0);

    /// <summary>Jobs are cut, not just asked for.</summary>
    public bool HasJobs =>
        Profile.Has(LibzstdModes.InJobs) && !(Settings.ContentSize is { } size && size <= SmallestInJobs);

    /// <summary>Nothing else that comes out the same is likelier: jobs are none where content is small, and matching
    /// over long distances goes with a window that the level would not take.</summary>
    public bool IsLikely =>
        HasJobs == Profile.Has(LibzstdModes.InJobs)
        && (!Profile.Has(LibzstdModes.LongDistance) || Settings.WindowLog is null or LargestWindowLog);

    /// <summary>The frame; null where this encoder makes none with such a header, or only with too much
    /// memory.</summary>
    /// <param name="profile">The encoder.</param>
    /// <param name="header">What the frame's header says.</param>
    /// <param name="length">Bytes of its content.</param>
    public static LibzstdFrame? Of(LibzstdProfile profile, ZstdFrameHeader header, long length)
    {
        if (header.HasDictionary || length < 0 || (header.ContentSize is { } said && said != (ulong)length))
            return null;
        if (profile.Has(LibzstdModes.AtOnce) && length > LargestAtOnce)
            return null;
        int? windowLog = null;
        if (!header.IsSingleSegment)
        {
            if (!BitOperations.IsPow2(header.WindowSize) || header.WindowSize > 1UL << LargestWindowLog)
                return null;
            windowLog = BitOperations.Log2(header.WindowSize);
        }
        var settings = new ZstdFrameSettings(profile.Level)
        {
            WindowLog = windowLog,
            ContentSize = header.ContentSize is null && !profile.Has(LibzstdModes.AtOnce) ? null : length,
            LongDistanceMatching = profile.Has(LibzstdModes.LongDistance),
            IsBefore157 = profile.Release != LibzstdRelease.Splitting,
            WorksInJobs = profile.Has(LibzstdModes.InJobs),
            IsRsyncable = profile.Has(LibzstdModes.Rsyncable),
        };
        var frame = new LibzstdFrame(profile, settings, length);
        return frame.IsMakeable(windowLog) ? frame : null;
    }

    private bool IsMakeable(int? windowLog)
    {
        // The library takes a smaller window where the content is smaller, and the header would say so.
        if (windowLog is { } log && log != WindowLog && !Profile.Has(LibzstdModes.LongDistance))
            return false;
        if (HasJobs && WindowLog > LargestWindowLogInJobs && !Profile.Has(LibzstdModes.LongDistance))
            return false;
        if (Profile.Release is LibzstdRelease.BeforeSkipping or LibzstdRelease.BeforeStretches && !NeedsOwnMatcher)
            return false;
        return !NeedsOwnMatcher
            || !(Profile.Has(LibzstdModes.LongDistance) || Profile.Has(LibzstdModes.Rsyncable));
    }
}
