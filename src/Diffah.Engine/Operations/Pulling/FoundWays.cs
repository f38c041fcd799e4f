using System.Collections.Immutable;
using Diffah.Engine.Deltas.Routing;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Operations.Pulling;

/// <summary>A way to an image.</summary>
/// <param name="Route">The published deltas; null for a plain pull.</param>
/// <param name="Cost">What it costs.</param>
internal sealed record Way(DeltaRoute? Route, RouteCost Cost)
{
    /// <summary>A word of <see cref="PullKind"/>.</summary>
    public string Kind => Route switch
    {
        null => PullKind.Plain,
        { Steps.Length: 1 } => PullKind.Delta,
        _ => PullKind.Chain,
    };

    /// <summary>What it is, for people.</summary>
    public string Name => Route switch
    {
        null => "pulling it plainly",
        { Steps: [var only] } => $"the delta {only.Delta.Reference}",
        { Steps: var steps } => $"a chain of {steps.Length} deltas",
    };

    /// <summary>The references of its deltas, in the order in which they are applied.</summary>
    public ImmutableArray<string> Deltas => [.. (Route?.Steps ?? []).Select(s => s.Delta.Reference)];
}

/// <summary>The ways to an image that were found.</summary>
/// <param name="Ways">The ways, the cheapest first.</param>
/// <param name="Search">What the search for routes tells of itself.</param>
/// <param name="ManifestBytes">Bytes of the image's manifest, which every way needs.</param>
internal sealed record FoundWays(ImmutableArray<Way> Ways, FoundRoutes Search, long ManifestBytes)
{
    private const int MaximumShown = 10;

    /// <summary>Why the cheapest is taken, in a sentence.</summary>
    public string Why
    {
        get
        {
            if (Ways is not [var chosen, ..])
                return "No way was found.";
            var next = Ways.Skip(1).FirstOrDefault(w => (w.Route is null) != (chosen.Route is null));
            var against = next is not null
                ? $", against {Costs(next)} for {next.Name}"
                : chosen.Route is null
                    ? Search.Listed == 0 ? ": no delta is published for it" : ": no published delta is cheaper"
                    : ": there is no other way";
            return $"{char.ToUpperInvariant(chosen.Name[0])}{chosen.Name[1..]} takes {Costs(chosen)}{against}."
                + (Search.IsCut ? " Not all published deltas were looked at." : "");
        }
    }

    /// <summary>What people are shown of it.</summary>
    public ImmutableArray<PullWay> Shown => [.. Ways.Take(MaximumShown)
        // Pulling plainly is what every other way is measured by.
        .Concat(Ways.Skip(MaximumShown).Where(w => w.Route is null))
        .Select(w => new PullWay(w.Kind, [.. (w.Route?.Steps ?? []).Select(Step)], w.Cost.Bytes, w.Cost.Requests,
            IsChosen: w == Ways[0]))];

    private static PullStep Step(RoutedDelta step) => new(
        step.Delta.Reference, step.Read.Image.Baseline.ManifestDigest.ToString(),
        step.Read.Image.Target.ManifestDigest.ToString(), step.Cost.Bytes, step.Cost.Requests);

    private static string Costs(Way way) =>
        $"{Human.Size(way.Cost.Bytes)} in {way.Cost.Requests} {(way.Cost.Requests == 1 ? "request" : "requests")}";
}
