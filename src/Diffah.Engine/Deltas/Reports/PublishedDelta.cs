using System.Collections.Immutable;

namespace Diffah.Engine.Deltas.Reports;

/// <summary>A delta that is in a registry, beside the image that it makes.</summary>
/// <param name="Reference">Where it is: <c>docker://HOST/REPOSITORY@DIGEST</c>.</param>
/// <param name="Digest">Digest of its manifest.</param>
/// <param name="TargetDigest">Digest of the manifest of the image that it makes.</param>
/// <param name="Baselines">What it is made from; any one of these does, unless <see cref="NeedsAllBaselines"/> says
/// otherwise.</param>
/// <param name="Bytes">Bytes of all its entries: what a restore fetches at the most.</param>
/// <param name="CreatedAt">When it was made, in UTC; null where it does not say.</param>
public sealed record PublishedDelta(
    string Reference, string Digest, string TargetDigest, ImmutableArray<PublishedBaseline> Baselines, long Bytes,
    DateTimeOffset? CreatedAt)
{
    /// <summary>What it is: the artifact type of its manifest.</summary>
    public string ArtifactType { get; init; } = "";

    /// <summary>Whether all of its baselines are needed, one beside the other.</summary>
    public bool NeedsAllBaselines { get; init; }

    /// <summary>Whether a signature is published with it; by whom, only a key tells.</summary>
    public bool IsSigned { get; init; }

    /// <summary>
    /// The key that signed it, as <c>sha256:</c> and the digest of the public key; null where no key was given to
    /// verify it with.
    /// </summary>
    public string? SignedBy { get; init; }

    /// <summary>
    /// Which of the baselines that were asked for it can be applied to, as it was written; null where none was asked
    /// for.
    /// </summary>
    public string? FittingBaseline { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Reference;
}

/// <summary>An image that a published delta is made from.</summary>
/// <param name="ManifestDigest">Digest of its manifest.</param>
/// <param name="ConfigDigest">Digest of its configuration, the image's id; null where nobody says.</param>
/// <param name="SourceHint">What the image was called when the delta was made; empty where nobody says.</param>
public sealed record PublishedBaseline(string ManifestDigest, string? ConfigDigest, string SourceHint)
{
    /// <inheritdoc/>
    public override string ToString() => SourceHint.Length > 0 ? SourceHint : ManifestDigest;
}
