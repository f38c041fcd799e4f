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
    public static PublishedDelta Describe(PublishedArchive archive, ArchiveManifest? sidecar)
    {
        var image = ImageOf(archive.Artifact, sidecar);
        return new(
            archive.Reference, archive.Digest.ToString(), archive.Artifact.Subject.Subject.Digest.ToString(),
            Baselines(archive.Artifact, image), archive.Artifact.Bytes, archive.Artifact.CreatedAt)
        {
            ArtifactType = archive.Artifact.Subject.ArtifactType,
            IsSigned = archive.Artifact.Signature is not null,
            NeedsAllBaselines = image?.NeedsAllBaselines ?? false,
        };
    }

    private static ArchiveImage? ImageOf(DeltaArtifact artifact, ArchiveManifest? sidecar) =>
        sidecar?.Images.FirstOrDefault(i => i.Target.ManifestDigest == artifact.Subject.Subject.Digest);

    private static ImmutableArray<PublishedBaseline> Baselines(DeltaArtifact artifact, ArchiveImage? image) =>
        image is null
            ? artifact.Source is { } source
                ? [new PublishedBaseline(source.ToString(), artifact.SourceConfig?.ToString(), "")]
                : []
            : [.. image.Baselines.Select(b => new PublishedBaseline(
                b.ManifestDigest.ToString(),
                b.ManifestDigest == artifact.Source ? artifact.SourceConfig?.ToString() : null,
                Printable.Line(b.SourceHint)))];
}
