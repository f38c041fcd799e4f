using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>
/// All that makes the blocks of a frame: up to 34 MB of tables, and the history. Layers may have thousands of small
/// frames, so one frame after the other gets the same workplace. It is held weakly between frames.
/// </summary>
internal sealed class GoWorkplace
{
    private const int Places = FrameSetup.MostAtHand;

    private static readonly Lock _lock = new();
    private static readonly WeakReference<GoWorkplace>?[] _free = new WeakReference<GoWorkplace>?[Places];

    private readonly ZstdProfile _profile;

    private GoWorkplace(ZstdProfile profile, int window)
    {
        _profile = profile;
        History = new GoHistory(window);
        BlockSize = GoLevels.BlockSize(profile.Level, window);
        Matcher = GoLevels.Matcher(profile.Level, profile.Generation);
        Writer = new GoBlockWriter(profile.Generation, profile.Level, BlockSize);
        Filling = new byte[BlockSize];
    }

    /// <summary>The content of a block that is full, in bytes.</summary>
    public int BlockSize { get; }

    /// <summary>The content.</summary>
    public GoHistory History { get; }

    /// <summary>Finds sequences.</summary>
    public GoMatcher Matcher { get; }

    /// <summary>What was found.</summary>
    public ZstdBlockDraft Draft { get; } = new();

    /// <summary>Writes blocks.</summary>
    public GoBlockWriter Writer { get; }

    /// <summary>Room for the content of a block that is not full yet.</summary>
    public byte[] Filling { get; }

    /// <summary>A workplace where no frame has begun.</summary>
    /// <param name="profile">The encoder.</param>
    /// <param name="window">Copies reach back less than this, in bytes.</param>
    public static GoWorkplace Take(ZstdProfile profile, int window)
    {
        lock (_lock)
        {
            for (var i = 0; i < Places; i++)
            {
                if (_free[i] is { } held && held.TryGetTarget(out var place) && place.Fits(profile, window))
                {
                    _free[i] = null;
                    return place;
                }
            }
        }
        return new GoWorkplace(profile, window);
    }

    /// <summary>Gives it back.</summary>
    public void Leave()
    {
        History.Restart();
        Writer.Restart();
        lock (_lock)
        {
            // What was left last is at the end, and what waits longest makes room.
            var index = Array.FindIndex(_free, held => held == null || !held.TryGetTarget(out _));
            index = Math.Max(0, index);
            Array.Copy(_free, index + 1, _free, index, Places - 1 - index);
            _free[^1] = new WeakReference<GoWorkplace>(this);
        }
    }

    private bool Fits(ZstdProfile profile, int window) => _profile == profile && History.Window == window;
}
