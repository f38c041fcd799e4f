using System.Collections.Immutable;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Archive.Published;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Signing;

namespace Diffah.Engine.Operations.Requests;

/// <summary>A delta archive that is published beside an image.</summary>
/// <param name="Artifact">Its manifest.</param>
/// <param name="Reference">Where it is, for people: <c>docker://HOST/REPOSITORY@DIGEST</c>.</param>
internal sealed record PublishedArchive(DeltaArtifact Artifact, string Reference)
{
    /// <summary>Digest of its manifest.</summary>
    public Digest Digest => Artifact.Raw.Digest;
}

/// <summary>Finds and opens delta archives that are published beside images.</summary>
internal static class PublishedArchives
{
    /// <summary>The most deltas of one image that are looked at: the newest ones.</summary>
    public const int Maximum = 500;

    /// <summary>
    /// Lists the deltas that make an image, the newest first. One whose manifest is gone or is no delta's is passed
    /// over, with a warning.
    /// </summary>
    /// <param name="source">Where the image is.</param>
    /// <param name="target">Digest of the image's manifest.</param>
    /// <param name="events">Told of what is passed over.</param>
    /// <param name="cancellationToken">Stops the reads.</param>
    /// <exception cref="DiffahException">What reading a list of referrers throws.</exception>
    public static async Task<ImmutableArray<PublishedArchive>> ListAsync(
        IReferrerSource source, Digest target, EventSink events, CancellationToken cancellationToken)
    {
        var referrers = await source.ListReferrersAsync(target, null, cancellationToken);
        var deltas = referrers.Where(r => DeltaArtifactTypes.IsDelta(r.ArtifactType))
            .OrderByDescending(Created, StringComparer.Ordinal).ToArray();
        if (deltas.Length > Maximum)
            events.Warn($"{deltas.Length} deltas make {target}; the newest {Maximum} of them are looked at.");
        var archives = ImmutableArray.CreateBuilder<PublishedArchive>();
        foreach (var delta in deltas.Take(Maximum))
        {
            if (await TryReadAsync(source, delta.Descriptor.Digest, events, cancellationToken) is { } archive
                && archive.Artifact.Subject.Subject.Digest == target)
                archives.Add(archive);
        }
        return archives.ToImmutable();
    }

    /// <summary>Reads the manifest of a published archive.</summary>
    /// <param name="source">Where it is.</param>
    /// <param name="artifact">Digest of the manifest.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="DiffahException">BlobMissing, DigestMismatch, InvalidManifest, ArchiveInvalid.</exception>
    public static async Task<PublishedArchive> ReadAsync(
        IImageSource source, Digest artifact, CancellationToken cancellationToken) => new(
            DeltaArtifact.Parse(await source.GetManifestAsync(artifact, cancellationToken)),
            source.Reference.AtDigest(artifact)?.ToString() ?? $"{source.Reference}@{artifact}");

    /// <summary>
    /// Opens a published archive. Its signature is verified over the very bytes of the sidecar that are used, before
    /// anything behind them is read; entries are fetched when they are asked for.
    /// </summary>
    /// <param name="source">Where it is; must outlive the archive.</param>
    /// <param name="archive">Which.</param>
    /// <param name="verifier">The key that must have signed it; null looks at no signature.</param>
    /// <param name="folders">Where entries go.</param>
    /// <param name="events">Told of what is fetched.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="DiffahException">SignatureMissing, SignatureInvalid, ArchiveInvalid, ArchiveVersionUnknown,
    /// ArchiveTooOld, BlobMissing, DigestMismatch, SizeMismatch.</exception>
    public static async Task<ArchiveReader> OpenAsync(
        IImageSource source, PublishedArchive archive, ArchiveVerifier? verifier, FetchFolders folders,
        EventSink events, CancellationToken cancellationToken) => new(await PublishedArchiveStore.OpenAsync(
            source, archive.Artifact, archive.Reference,
            verifier is null ? null : (signature, sidecar) => verifier.VerifyFile(archive.Reference, signature, sidecar),
            folders, events, cancellationToken));

    private static async Task<PublishedArchive?> TryReadAsync(
        IImageSource source, Digest artifact, EventSink events, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(source, artifact, cancellationToken);
        }
        catch (DiffahException e) when (e.Error.Category == DiffahErrorCategory.Content)
        {
            events.Warn($"A delta is passed over: {e.Message}");
            return null;
        }
    }

    private static string Created(Referrer referrer) =>
        referrer.Descriptor.Annotations?.GetValueOrDefault(DeltaArtifactTypes.CreatedAnnotation) ?? "";
}
