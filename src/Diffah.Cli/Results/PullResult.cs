using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;

namespace Diffah.Cli.Results;

/// <summary>How an image was pulled.</summary>
internal sealed record PullJson(string Kind, IReadOnlyList<string> Deltas, long FetchedBytes, string Why)
{
    public static PullJson? Of(ImagePull? pull) =>
        pull is null ? null : new(pull.Kind, pull.Deltas, pull.FetchedBytes, pull.Why);
}

/// <summary>The data of <c>apply --dry-run</c> of an image of a registry: the ways to it, the cheapest first.</summary>
internal sealed record PullPlanJson(
    string Image, string ManifestDigest, string Destination, IReadOnlyList<PullWayJson> Ways, string Why,
    int ListedDeltas, int ReadDeltas, bool Cut)
{
    public static PullPlanJson Of(PullPlan plan) => new(
        plan.Image, plan.ManifestDigest, plan.Destination, [.. plan.Ways.Select(PullWayJson.Of)], plan.Why,
        plan.ListedDeltas, plan.ReadDeltas, plan.IsCut);
}

/// <summary>A way to an image.</summary>
internal sealed record PullWayJson(
    string Kind, bool Chosen, long Bytes, int Requests, IReadOnlyList<PullStepJson> Steps)
{
    public static PullWayJson Of(PullWay way) =>
        new(way.Kind, way.IsChosen, way.Bytes, way.Requests, [.. way.Steps.Select(PullStepJson.Of)]);
}

/// <summary>A delta of a way.</summary>
internal sealed record PullStepJson(string Delta, string BaselineDigest, string TargetDigest, long Bytes, int Requests)
{
    public static PullStepJson Of(PullStep step) =>
        new(step.Delta, step.BaselineDigest, step.TargetDigest, step.Bytes, step.Requests);
}

/// <summary>How an image was or would be pulled, for people.</summary>
internal static class PullText
{
    public static void Write(TextWriter output, ImagePull? pull)
    {
        if (pull is null)
            return;
        output.WriteLine($"way: {pull.Kind.ToLowerInvariant()}, {Human.SizeAndBytes(pull.FetchedBytes)} fetched");
        foreach (var delta in pull.Deltas)
            output.WriteLine($"delta: {delta}");
        output.WriteLine($"why: {pull.Why}");
    }

    public static void WritePlan(TextWriter output, PullPlan plan)
    {
        output.WriteLine("dry run: nothing was written");
        output.WriteLine($"image: {plan.Image}");
        output.WriteLine($"manifest digest: {plan.ManifestDigest}");
        output.WriteLine($"destination: {plan.Destination}");
        output.WriteLine($"published deltas: {plan.ListedDeltas} (read: {plan.ReadDeltas})");
        foreach (var way in plan.Ways)
            WriteWay(output, way);
        output.WriteLine();
        output.WriteLine($"why: {plan.Why}");
    }

    private static void WriteWay(TextWriter output, PullWay way)
    {
        output.WriteLine();
        output.WriteLine($"--- {way.Kind.ToLowerInvariant()}{(way.IsChosen ? " (would be taken)" : "")} ---");
        output.WriteLine($"fetches: {Human.SizeAndBytes(way.Bytes)}, requests: {way.Requests}");
        foreach (var step in way.Steps)
            output.WriteLine($"delta: {step.Delta} ({Human.SizeAndBytes(step.Bytes)})");
    }
}
