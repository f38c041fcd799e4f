using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Deltas.Reports;

/// <summary>An index that an archive restores together with its images.</summary>
/// <param name="Name">Its name in the archive.</param>
/// <param name="ManifestDigest">Digest of the index.</param>
/// <param name="MediaType">Its media type.</param>
/// <param name="Images">Names of the images of the archive that it lists, in order.</param>
/// <param name="Platforms">What these are for, each once; "unknown" for what names no platform.</param>
public sealed record DeltaArchiveIndex(
    string Name, string ManifestDigest, string MediaType, ImmutableArray<string> Images,
    ImmutableArray<string> Platforms)
{
    /// <summary>Its digest's beginning, and the platforms.</summary>
    public override string ToString() => $"{ShortText.Digest(ManifestDigest)} ({string.Join(", ", Platforms)})";

    internal static DeltaArchiveIndex Of(ArchiveIndex index) => new(
        index.Name, index.Target.ManifestDigest.ToString(), Printable.Line(index.Target.MediaType),
        [.. index.Images.Select(i => i.Name)],
        [.. index.Images.Select(i => i.Platform?.ToPrintable() ?? "unknown").Distinct()]);
}

/// <summary>
/// What an archive has that refers to an image or index of it: a signature, an SBOM, an attestation.
/// </summary>
/// <param name="ManifestDigest">Digest of its manifest.</param>
/// <param name="SubjectDigest">Digest of the manifest that it refers to.</param>
/// <param name="ArtifactType">What it is; empty where it does not say.</param>
public sealed record DeltaArchiveReferrer(string ManifestDigest, string SubjectDigest, string ArtifactType)
{
    /// <summary>What it is, and the beginning of its digest.</summary>
    public override string ToString() => $"{ArtifactType} {ShortText.Digest(ManifestDigest)}".TrimStart();

    internal static DeltaArchiveReferrer Of(ArchiveReferrer referrer) => new(
        referrer.Manifest.Digest.ToString(), referrer.Subject.ToString(), Printable.Line(referrer.ArtifactType));
}
