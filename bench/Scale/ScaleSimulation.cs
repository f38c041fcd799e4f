using System.Collections.Immutable;
using Diffah.Engine.Deltas.Publishing;

namespace Diffah.Bench.Scale;

/// <summary>Plays a year of a fleet by a policy of the engine; with none, every update is a plain pull.</summary>
internal sealed class ScaleSimulation(SimulatedFleet fleet, MakingCost cost)
{
    // The target's manifest and the list of its deltas; of a delta its manifest, sidecar, and the image's manifest and
    // configuration; of a pull its manifest and configuration. Layers come on top.
    private const int RequestsOfUpdate = 2;
    private const int RequestsOfDelta = 4;
    private const int RequestsOfPull = 2;

    private int Window => fleet.Options.Window;

    private int Behind => fleet.Options.Followers > 0 ? fleet.Options.Behind : 0;

    public ScaleResult Run(DeltaPolicy? policy)
    {
        var published = Publish(policy);
        return Receive(policy, published);
    }

    private ScaleResult Publish(DeltaPolicy? policy)
    {
        var result = new ScaleResult(policy?.Name ?? "plain pulls");
        if (policy is null)
            return result;
        var made = fleet.Counted.SelectMany(release => Steps(policy, release)).ToList();
        var kept = Enumerable.Range(0, fleet.Newest + 1).SelectMany(release => Steps(policy, release))
            .Where(step => IsKept(policy, step, fleet.Newest)).ToList();
        return result with
        {
            Made = made.Count * fleet.Images.Length,
            MakingSeconds = fleet.Images.Sum(i => made.Sum(s => cost.Seconds(i.Bytes, i.DeltaBytes(s.From, s.To)))),
            Merges = made.Count(step => step.Distance > 1) * fleet.Images.Length,
            Kept = kept.Count * fleet.Images.Length,
            KeptBytes = fleet.Images.Sum(i => kept.Sum(s => i.DeltaBytes(s.From, s.To))),
        };
    }

    private ScaleResult Receive(DeltaPolicy? policy, ScaleResult result)
    {
        var bytes = new double[fleet.Options.Hosts];
        var (requests, steps, pulls, most, restoring) = (0L, 0L, 0, 0, 0.0);
        foreach (var update in fleet.Updates)
        {
            var image = fleet.Images[update.Image];
            var pulled = image.PulledBytes(update.From, update.To);
            var path = policy is null ? [] : PathOf(policy, update);
            var patched = path.Sum(s => image.DeltaBytes(s.From, s.To));
            if (path.IsEmpty || patched >= pulled)
            {
                bytes[update.Host] += pulled;
                requests += RequestsOfPull + image.PulledLayers(update.From, update.To);
                pulls++;
                continue;
            }
            bytes[update.Host] += patched;
            requests += RequestsOfUpdate
                + path.Sum(s => RequestsOfDelta + image.PulledLayers(s.From, s.To));
            restoring += path.Sum(s => cost.RestoringSeconds(image.Bytes, image.DeltaBytes(s.From, s.To)));
            steps += path.Length;
            most = Math.Max(most, path.Length);
        }
        var busy = bytes.Where(b => b > 0).Order().ToArray();
        return result with
        {
            WireBytes = bytes.Sum(),
            MedianHostBytes = busy[busy.Length / 2],
            MostHostBytes = busy[busy.Length * 99 / 100],
            Requests = requests,
            Pulls = pulls,
            MeanSteps = steps / Math.Max(1.0, fleet.Updates.Length - pulls),
            MostSteps = most,
            RestoringSeconds = restoring,
        };
    }

    /// <summary>The deltas of an update; none where the publisher no longer has them all.</summary>
    private ImmutableArray<DeltaStep> PathOf(DeltaPolicy policy, HostUpdate update)
    {
        var path = policy.Path(update.From, update.To);
        var newest = Math.Min(fleet.Newest, update.To + Behind);
        return path.All(step => IsKept(policy, step, newest)) ? path : [];
    }

    private bool IsKept(DeltaPolicy policy, DeltaStep step, int newest) =>
        policy.Keeps(step, newest - Behind, newest - Window);

    private IEnumerable<DeltaStep> Steps(DeltaPolicy policy, int release) =>
        policy.Predecessors(release, Math.Max(0, release - Window)).Select(from => new DeltaStep(from, release));
}

/// <summary>
/// Processor time of making a delta: so much for each megabyte of the image and so much for each of the delta, by least
/// squares over what was measured.
/// </summary>
internal sealed class MakingCost
{
    // Restoring took this part of making, in both kinds that were measured.
    private const double Restoring = 0.44;
    private const double Megabyte = 1e6;

    private readonly double _ofImage;
    private readonly double _ofDelta;

    public MakingCost(IEnumerable<MeasuredDelta> measured)
    {
        double xx = 0, xy = 0, yy = 0, xt = 0, yt = 0;
        foreach (var m in measured)
        {
            var (x, y) = (m.ImageBytes / Megabyte, m.Bytes / Megabyte);
            (xx, xy, yy) = (xx + (x * x), xy + (x * y), yy + (y * y));
            (xt, yt) = (xt + (x * m.ProcessorSeconds), yt + (y * m.ProcessorSeconds));
        }
        var determinant = (xx * yy) - (xy * xy);
        (_ofImage, _ofDelta) = (((xt * yy) - (yt * xy)) / determinant, ((yt * xx) - (xt * xy)) / determinant);
    }

    public double Seconds(double imageBytes, double deltaBytes) =>
        ((_ofImage * imageBytes) + (_ofDelta * deltaBytes)) / Megabyte;

    public double RestoringSeconds(double imageBytes, double deltaBytes) => Restoring * Seconds(imageBytes, deltaBytes);

    public override string ToString() => FormattableString.Invariant(
        $"{_ofImage:F2} s for each MB of the image and {_ofDelta:F2} s for each MB of the delta");
}
