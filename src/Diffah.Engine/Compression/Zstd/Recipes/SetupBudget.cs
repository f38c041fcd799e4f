using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>
/// Counts what it takes to begin the parts of a stream. Tables are cleared for each frame however little content it
/// has, so that a short recipe could ask for work without end: it may be so many bytes for each byte of content.
/// </summary>
/// <param name="encoders">The encoders there are.</param>
/// <param name="contentLength">Bytes of the whole content.</param>
/// <param name="times">How many times as much it may be: more than once where encoders are looked for.</param>
internal sealed class SetupBudget(IZstdEncoders encoders, long contentLength, int times = 1)
{
    // Blocks that end early are begun one by one.
    private const long Cut = 64 * 1024;

    private readonly long _most =
        times * (RecipeBounds.FreeSetup + (RecipeBounds.SetupForByte * contentLength));

    // What has its tables at hand, the last one at the end.
    private readonly List<(ZstdProfile Profile, int Window)> _atHand = [];

    /// <summary>Bytes of tables so far.</summary>
    public long Taken { get; private set; }

    /// <summary>Counts the next part.</summary>
    /// <param name="part">The part.</param>
    /// <param name="length">Bytes of its content.</param>
    /// <returns>False where it is too much: the part is not to be made, and is not counted.</returns>
    /// <exception cref="RecipeRefusedException">No encoder makes such a frame.</exception>
    public bool Take(ZstdPart part, long length)
    {
        var needed = part switch
        {
            FramePart frame => Of(frame, length) + (Cut * frame.Cuts.Count),
            TokensPart tokens => encoders.TokensSetup(tokens.NeedsReference),
            _ => 0,
        };
        if (needed > _most - Taken)
            return false;
        Taken += needed;
        return true;
    }

    private long Of(FramePart frame, long length)
    {
        var header = frame.Header.For(length).ToHeader(length);
        var setup = encoders.SetupOf(frame.Profile, header, length);
        if (setup.Again == setup.Fresh)
            return setup.Fresh;
        var isAtHand = _atHand.Remove((frame.Profile, setup.Window));
        _atHand.Add((frame.Profile, setup.Window));
        if (_atHand.Count > FrameSetup.MostAtHand)
            _atHand.RemoveAt(0);
        return isAtHand ? setup.Again : setup.Fresh;
    }
}
