using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Libzstd;

/// <summary>From which release of the reference library on blocks are as they are.</summary>
internal enum LibzstdRelease : byte
{
    /// <summary>1.5.1 to 1.5.6; at most levels only some of them, see <see cref="LibzstdEncoders.NameOf"/>.</summary>
    BeforeSplitting = 1,

    /// <summary>1.5.1 to 1.5.4, where they differ from those after them: levels 5 to 12.</summary>
    BeforeSkipping = 3,

    /// <summary>1.5.4 and 1.5.5, where they differ from those after them: levels whose parser weighs the ways to go
    /// on.</summary>
    BeforeStretches = 4,

    /// <summary>1.5.7: blocks end early where the content changes.</summary>
    Splitting = 2,
}

/// <summary>How a frame was asked of the library. The numbers stand in recipes.</summary>
[Flags]
internal enum LibzstdModes : byte
{
    /// <summary>In one thread, piece by piece; the end is told when all pieces have been.</summary>
    None = 0,

    /// <summary>The end is told together with the last piece, pieces being of 128 KiB.</summary>
    EndsWithContent = 1,

    /// <summary>In jobs, as with a thread or more of its own.</summary>
    InJobs = 2,

    /// <summary>With long-distance matching.</summary>
    LongDistance = 4,

    /// <summary>All content at once.</summary>
    AtOnce = 8,

    /// <summary>In jobs that end where the content says so.</summary>
    Rsyncable = 16,
}

/// <summary>
/// What the two bytes of a <see cref="ZstdProfile"/> mean. Generation: the release in the low 3 bits, the modes above
/// them. Level: 1 to 19.
/// </summary>
/// <param name="Release">The library's release.</param>
/// <param name="Level">Its level.</param>
/// <param name="Modes">How it was called.</param>
internal readonly record struct LibzstdProfile(LibzstdRelease Release, int Level, LibzstdModes Modes)
{
    private const int ReleaseBits = 3;
    private const LibzstdModes All = LibzstdModes.EndsWithContent | LibzstdModes.InJobs | LibzstdModes.LongDistance
        | LibzstdModes.AtOnce | LibzstdModes.Rsyncable;

    /// <summary>The highest level that a recipe may ask for: those above need far more memory.</summary>
    public const int HighestLevel = 19;

    /// <summary>Reads a profile; null where there is no such encoder.</summary>
    public static LibzstdProfile? Of(ZstdProfile profile)
    {
        if (profile.Family != ZstdFamily.Libzstd)
            return null;
        var read = new LibzstdProfile(
            (LibzstdRelease)(profile.Generation & ((1 << ReleaseBits) - 1)), profile.Level,
            (LibzstdModes)(profile.Generation >> ReleaseBits));
        return read.IsKnown ? read : null;
    }

    /// <summary>The profile as it stands in a recipe.</summary>
    public ZstdProfile ToProfile() =>
        new(ZstdFamily.Libzstd, (byte)((int)Release | ((int)Modes << ReleaseBits)), (byte)Level);

    /// <summary>Whether a mode is on.</summary>
    public bool Has(LibzstdModes mode) => (Modes & mode) != 0;

    private bool IsKnown =>
        Release is LibzstdRelease.BeforeSplitting or LibzstdRelease.Splitting or LibzstdRelease.BeforeSkipping
            or LibzstdRelease.BeforeStretches
        && Level is >= 1 and <= HighestLevel
        && (Modes & ~All) == 0
        && !(Has(LibzstdModes.AtOnce) && Modes != LibzstdModes.AtOnce)
        && !(Has(LibzstdModes.Rsyncable) && !Has(LibzstdModes.InJobs));
}
