using System.Collections.Immutable;

namespace Diffah.Engine.Operations;

/// <summary>The kinds of ways to an image, by their names.</summary>
public static class PullKind
{
    /// <summary>By one published delta.</summary>
    public const string Delta = "Delta";

    /// <summary>By several published deltas, one after the other; the images between them are never written.</summary>
    public const string Chain = "Chain";

    /// <summary>Layer by layer, those that are not there yet.</summary>
    public const string Plain = "Plain";
}

/// <summary>How an image can be had, and what that costs: the answer of a dry run.</summary>
/// <param name="Image">The image.</param>
/// <param name="ManifestDigest">Digest of its manifest.</param>
/// <param name="Destination">Where it would go.</param>
/// <param name="Ways">The ways that were found, the cheapest first.</param>
/// <param name="Why">Why the first is chosen.</param>
public sealed record PullPlan(
    string Image, string ManifestDigest, string Destination, ImmutableArray<PullWay> Ways, string Why)
{
    /// <summary>How many published deltas were listed.</summary>
    public required int ListedDeltas { get; init; }

    /// <summary>Of these, how many were read.</summary>
    public required int ReadDeltas { get; init; }

    /// <summary>True where the search was ended by a bound, so that there may be a cheaper way.</summary>
    public required bool IsCut { get; init; }

    /// <summary>The image.</summary>
    public override string ToString() => Image;
}

/// <summary>A way to an image.</summary>
/// <param name="Kind">What it is: a word of <see cref="PullKind"/>.</param>
/// <param name="Steps">The deltas, in the order in which they are applied; none of a plain pull.</param>
/// <param name="Bytes">Bytes that are fetched.</param>
/// <param name="Requests">Requests that fetch them.</param>
/// <param name="IsChosen">True for the one that is taken.</param>
public sealed record PullWay(string Kind, ImmutableArray<PullStep> Steps, long Bytes, int Requests, bool IsChosen)
{
    /// <summary>What it is.</summary>
    public override string ToString() => Kind;
}

/// <summary>A delta of a way.</summary>
/// <param name="Delta">Where it is: <c>docker://HOST/REPOSITORY@DIGEST</c>.</param>
/// <param name="BaselineDigest">Digest of the manifest of the image that it is made from.</param>
/// <param name="TargetDigest">Digest of the manifest of the image that it makes.</param>
/// <param name="Bytes">Bytes that are fetched of it.</param>
/// <param name="Requests">Requests that fetch them.</param>
public sealed record PullStep(string Delta, string BaselineDigest, string TargetDigest, long Bytes, int Requests)
{
    /// <summary>Where it is.</summary>
    public override string ToString() => Delta;
}

/// <summary>How an image was pulled.</summary>
/// <param name="Kind">What the way was: a word of <see cref="PullKind"/>.</param>
/// <param name="Deltas">The published deltas that were applied, in order; none of a plain pull.</param>
/// <param name="FetchedBytes">Bytes of manifests and blobs that came from the image's registry, those that were read to
/// find the way too.</param>
/// <param name="Why">Why this way.</param>
public sealed record ImagePull(string Kind, ImmutableArray<string> Deltas, long FetchedBytes, string Why)
{
    /// <summary>What the way was.</summary>
    public override string ToString() => Kind;
}
