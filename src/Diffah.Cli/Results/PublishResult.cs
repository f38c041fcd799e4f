using System.Collections.Immutable;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;

namespace Diffah.Cli.Results;

/// <summary>A published delta. What nobody says is null.</summary>
internal sealed record PublishedDeltaJson(
    string Reference, string Digest, string TargetDigest, string ArtifactType,
    IReadOnlyList<PublishedBaselineJson> Baselines, long Bytes, string? CreatedAt, bool Signed, string? SignedBy,
    string? FittingBaseline, bool NeedsAllBaselines)
{
    public static PublishedDeltaJson Of(PublishedDelta delta) => new(
        delta.Reference, delta.Digest, delta.TargetDigest, delta.ArtifactType,
        [.. delta.Baselines.Select(b => new PublishedBaselineJson(b.ManifestDigest, b.ConfigDigest, b.SourceHint))],
        delta.Bytes, delta.CreatedAt is { } created ? Rfc3339.Of(created) : null, delta.IsSigned, delta.SignedBy,
        delta.FittingBaseline, delta.NeedsAllBaselines);
}

/// <summary>An image that a published delta is made from.</summary>
internal sealed record PublishedBaselineJson(string ManifestDigest, string? ConfigDigest, string SourceHint);

/// <summary>The data of <c>publish</c>.</summary>
internal sealed record PublishJson(PublishedDeltaJson Delta, long SentBytes, bool WasPublished)
{
    public static PublishJson Of(DeltaPublication published) =>
        new(PublishedDeltaJson.Of(published.Delta), published.SentBytes, published.WasPublished);
}

/// <summary>The result of <c>publish</c> for people.</summary>
internal static class PublishText
{
    public static void Write(TextWriter output, DeltaPublication published)
    {
        output.WriteLine($"delta: {published.Reference}");
        output.WriteLine($"image: {published.TargetDigest}");
        foreach (var baseline in published.Delta.Baselines)
            output.WriteLine($"from:  {baseline.ManifestDigest}"
                + (baseline.SourceHint.Length > 0 ? $" ({baseline.SourceHint})" : ""));
        output.WriteLine(published.WasPublished
            ? "nothing was sent: it is published already"
            : $"sent {Human.SizeAndBytes(published.SentBytes)}, manifests too; the delta has "
                + Human.SizeAndBytes(published.Bytes));
    }
}

/// <summary>The data of <c>publish --policy</c>.</summary>
internal sealed record PublishPolicyJson(IReadOnlyList<PublishJson> Published, IReadOnlyList<PublishedDeltaJson> Unkept)
{
    public static PublishPolicyJson Of(PolicyPublication publication) => new(
        [.. publication.Published.Select(PublishJson.Of)], [.. publication.Unkept.Select(PublishedDeltaJson.Of)]);
}

/// <summary>The data of <c>publish --policy --dry-run</c>.</summary>
internal sealed record PublishChoiceJson(string Image, IReadOnlyList<string> Previous, IReadOnlyList<string> Chosen)
{
    public static PublishChoiceJson Of(string image, PolicyChoice choice) => new(image, choice.Previous, choice.Chosen);
}

/// <summary>The results of <c>publish --policy</c> for people.</summary>
internal static class PublishPolicyText
{
    public static void Write(TextWriter output, PolicyPublication publication)
    {
        foreach (var published in publication.Published)
        {
            PublishText.Write(output, published);
            output.WriteLine();
        }
        if (publication.Unkept.IsEmpty)
            return;
        output.WriteLine("no longer of use to the policy; nothing was deleted:");
        foreach (var delta in publication.Unkept)
            output.WriteLine($"  {delta.Reference} from {string.Join(" or ", delta.Baselines)}");
    }

    public static void Write(TextWriter output, string image, PolicyChoice choice)
    {
        foreach (var version in choice.Chosen)
            output.WriteLine($"a delta from {version} to {image}");
    }
}

/// <summary>The data of <c>find</c>.</summary>
internal sealed record FindJson(string Image, IReadOnlyList<PublishedDeltaJson> Deltas)
{
    public static FindJson Of(string image, ImmutableArray<PublishedDelta> deltas) =>
        new(image, [.. deltas.Select(PublishedDeltaJson.Of)]);
}

/// <summary>The result of <c>find</c> for people. References are whole: one would copy them.</summary>
internal static class FindText
{
    public static void Write(
        TextWriter output, string image, ImmutableArray<PublishedDelta> deltas, bool isForBaselines)
    {
        if (deltas.IsEmpty)
        {
            output.WriteLine(isForBaselines
                ? $"no delta for the baselines is published beside {image}"
                : $"no delta is published beside {image}");
            return;
        }
        var table = new TextTable(">SIZE", "CREATED", "SIGNED", "FROM", "DELTA");
        foreach (var delta in deltas)
            table.Add(Human.Size(delta.Bytes), delta.CreatedAt is { } created ? Rfc3339.Of(created) : "-",
                Signed(delta), From(delta), delta.Reference);
        table.Write(output, "");
    }

    private static string Signed(PublishedDelta delta) =>
        delta.SignedBy is { } key ? ShortText.DigestAndAlgorithm(key) : delta.IsSigned ? "yes" : "no";

    private static string From(PublishedDelta delta) => delta.FittingBaseline
        ?? string.Join(delta.NeedsAllBaselines ? " and " : " or ", delta.Baselines.Select(
            b => b.SourceHint.Length > 0 ? b.SourceHint : ShortText.DigestAndAlgorithm(b.ManifestDigest)));
}
