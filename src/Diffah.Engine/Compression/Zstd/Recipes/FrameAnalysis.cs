using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>Finds the encoder of a frame.</summary>
/// <param name="encoders">The encoders there are.</param>
/// <param name="stream">The stream.</param>
/// <param name="content">Its content.</param>
internal sealed class FrameAnalysis(IZstdEncoders encoders, StreamAt stream, StreamAt content)
{
    // What an encoder has to make right before the next is looked at only where this one fails later.
    private const long Look = 4 << 20;

    // Enough that the first blocks come out; of a slow encoder, some blocks more.
    private const long Probe = 512 * 1024;
    private const long SlowProbe = 2 << 20;

    // Encoders that are nearly right, and are tried again with blocks that may differ.
    private const int NearCount = 3;
    private const int FreeCost = 1024;
    private const int CostPart = 8;

    // What trials may take to begin, as many times as a recipe's frames: dozens of encoders may be tried in vain.
    private const int Trials = 16;

    private readonly SetupBudget _setup = new(encoders, content.Length, Trials);

    /// <summary>What makes a frame, without a block that differs.</summary>
    /// <param name="unit">The frame.</param>
    /// <param name="profile">The encoder.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>Null where the encoder makes another one.</returns>
    public FramePart? TryExact(ZstdUnit unit, ZstdProfile profile, CancellationToken cancellationToken)
    {
        using var trial = Begin(unit, profile, mayCost: 0);
        trial?.Run(long.MaxValue, cancellationToken);
        return trial is { IsComplete: true } ? trial.Part : null;
    }

    /// <summary>What makes a frame by the encoder that is nearest to it.</summary>
    /// <param name="unit">The frame.</param>
    /// <param name="likely">Encoders to try first.</param>
    /// <param name="likelyOnly">No others are tried.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The part, and the bytes that blocks cost which differ; null where no encoder is near.</returns>
    public (FramePart Part, long Cost)? Find(
        ZstdUnit unit, IEnumerable<ZstdProfile> likely, bool likelyOnly, CancellationToken cancellationToken)
    {
        var others = likelyOnly ? [] : encoders.Candidates(unit.Frame!.Header, unit.ContentLength);
        var near = new List<(ZstdProfile Profile, int Blocks)>();
        var probes = new Dictionary<ZstdProfile, bool>();
        foreach (var profile in likely.Concat(others).Distinct())
        {
            if (!MayBe(unit, profile, probes, cancellationToken))
                continue;
            using var trial = Begin(unit, profile, mayCost: 0);
            if (trial is null)
                continue;
            trial.Run(long.MaxValue, cancellationToken);
            if (trial.IsComplete)
                return (trial.Part, 0);
            if (!encoders.IsSlow(profile))
                near.Add((profile, trial.Blocks));
        }
        return unit.Frame!.Blocks.Count > 1
            ? FindNear(unit, near.OrderByDescending(n => n.Blocks).Take(NearCount), cancellationToken)
            : null;
    }

    /// <summary>Whether the first block is what the encoder makes, as far as that is known sooner than by the encoder
    /// itself.</summary>
    private bool MayBe(
        ZstdUnit unit, ZstdProfile profile, Dictionary<ZstdProfile, bool> probes, CancellationToken cancellationToken)
    {
        var probe = encoders.ProbeOf(profile);
        if (probes.TryGetValue(probe, out var known))
            return known;
        if (probe == profile || unit.ContentLength <= Probe)
            return true;
        using var trial = Begin(unit, probe, mayCost: 0);
        trial?.Run(encoders.IsSlow(profile) ? SlowProbe : Probe, cancellationToken);
        return probes[probe] = trial is not { HasFailed: true } failed
            || failed.Blocks >= encoders.ProbeBlocks(profile);
    }

    private (FramePart Part, long Cost)? FindNear(
        ZstdUnit unit, IEnumerable<(ZstdProfile Profile, int Blocks)> near, CancellationToken cancellationToken)
    {
        var best = default((FramePart Part, long Cost)?);
        foreach (var (profile, _) in near)
        {
            var mayCost = best is var (_, cost) ? cost - 1 : FreeCost + unit.Length / CostPart;
            using var trial = Begin(unit, profile, mayCost);
            trial!.Run(Look, cancellationToken);
            // Where all of the beginning differs, so will the rest.
            if (trial.Cost <= FreeCost + Look / CostPart)
                trial.Run(long.MaxValue, cancellationToken);
            if (trial.IsComplete)
                best = (trial.Part, trial.Cost);
        }
        return best;
    }

    private FrameTrial? Begin(ZstdUnit unit, ZstdProfile profile, long mayCost)
    {
        var frame = unit.Frame!;
        var heading = FrameHeading.Of(frame.HeaderBytes.Span);
        var part = new FramePart(profile, heading, Cuts(frame, profile), [], unit.ContentLength);
        try
        {
            if (IsAffordable(part, unit.ContentLength))
                return new(encoders, unit, part, stream, content, mayCost);
        }
        catch (RecipeRefusedException)
        {
            return null;
        }
        throw new RecipeRefusedException(
            RecipeRefusal.DoesNotPay, "The zstd stream has too many short frames to look for their encoders.");
    }

    private bool IsAffordable(FramePart part, long length)
    {
        lock (_setup)
            return _setup.Take(part, length);
    }

    /// <summary>Where blocks are shorter than the encoder makes them.</summary>
    private static List<long> Cuts(ZstdFrame frame, ZstdProfile profile)
    {
        var cuts = new List<long>();
        if (profile.Family != ZstdFamily.Go)
            return cuts;
        var natural = NaturalLength(frame);
        var position = 0L;
        for (var index = 0; index < frame.Blocks.Count - 1; index++)
        {
            position += frame.Blocks[index].ContentLength;
            if (frame.Blocks[index].ContentLength < natural)
                cuts.Add(position);
        }
        return cuts;
    }

    private static int NaturalLength(ZstdFrame frame)
    {
        const int half = BlockPlace.MaximumContent / 2;
        var window = (int)Math.Min(frame.Header.WindowSize, BlockPlace.MaximumContent);
        var whole = frame.Blocks.SkipLast(1).Select(b => b.ContentLength).DefaultIfEmpty(window).Max();
        return whole == half ? half : window;
    }
}
