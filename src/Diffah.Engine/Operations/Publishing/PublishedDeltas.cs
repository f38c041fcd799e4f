using System.Collections.Immutable;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive.Published;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations.Requests;

namespace Diffah.Engine.Operations.Publishing;

/// <summary>Says what a published archive is, for people.</summary>
internal static class PublishedDeltas
{
    /// <summary>Describes a published archive.</summary>
    /// <param name="archive">Where it is, and its manifest.</param>
    /// <param name="sidecar">What its sidecar says; null where that was not read.</param>
    public static PublishedDelta Describe(PublishedArchive archive, ArchiveManifest? sidecar) => new(
        archive.Reference, archive.Digest.ToString(), archive.Artifact.Subject.Subject.Digest.ToString(),
        Baselines(archive.Artifact, sidecar), archive.Artifact.Bytes, archive.Artifact.CreatedAt)
    {
        ArtifactType = archive.Artifact.Subject.ArtifactType,
        IsSigned = archive.Artifact.Signature is not null,
    };

    private static ImmutableArray<PublishedBaseline> Baselines(DeltaArtifact artifact, ArchiveManifest? sidecar)
    {
        if (sidecar is null)
            return artifact.Source is { } source
                ? [new PublishedBaseline(source.ToString(), artifact.SourceConfig?.ToString(), "")]
                : [];
        var target = artifact.Subject.Subject.Digest;
        return
        [
            .. sidecar.Images.Where(i => i.Target.ManifestDigest == target).Select(i => new PublishedBaseline(
                i.Baseline.ManifestDigest.ToString(),
                i.Baseline.ManifestDigest == artifact.Source ? artifact.SourceConfig?.ToString() : null,
                Printable.Line(i.Baseline.SourceHint))),
        ];
    }
}
