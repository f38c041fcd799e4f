using System.Collections.Immutable;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Archive.Published;

/// <summary>
/// A delta archive in a registry. Its sidecar is read when it is opened, and each entry when it is asked for: a restore
/// fetches what it needs and no more.
/// </summary>
internal sealed class PublishedArchiveStore : IArchiveStore
{
    private const int MaximumSignature = 4096;

    private readonly IImageSource _source;
    private readonly ImmutableDictionary<ArchivePart, Descriptor> _parts;
    private readonly FetchedParts _fetched;

    private PublishedArchiveStore(
        IImageSource source, ImmutableDictionary<ArchivePart, Descriptor> parts, FetchedParts fetched) =>
        (_source, _parts, _fetched) = (source, parts, fetched);

    /// <inheritdoc/>
    public required string Location { get; init; }

    /// <inheritdoc/>
    public ArchiveCompression Compression => ArchiveCompression.None;

    /// <inheritdoc/>
    public required long Bytes { get; init; }

    /// <inheritdoc/>
    public required ArchiveManifest Manifest { get; init; }

    /// <inheritdoc/>
    public required ReadOnlyMemory<byte> ManifestBytes { get; init; }

    /// <inheritdoc/>
    public required bool HasSignature { get; init; }

    /// <summary>Opens a published archive; nothing but sidecar and signature is read.</summary>
    /// <param name="source">Where its blobs are; not owned.</param>
    /// <param name="artifact">Its manifest.</param>
    /// <param name="location">What people call it.</param>
    /// <param name="check">Judges the sidecar; null accepts it, and the signature is not read.</param>
    /// <param name="folders">Where fetched entries go.</param>
    /// <param name="events">Told of what is fetched, and of fields that this build does not know.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="DiffahException">ArchiveInvalid, ArchiveVersionUnknown, ArchiveTooOld, BlobMissing,
    /// DigestMismatch, SizeMismatch, and what the check throws.</exception>
    public static async Task<PublishedArchiveStore> OpenAsync(
        IImageSource source, DeltaArtifact artifact, string location, PublishedCheck? check, FetchFolders folders,
        EventSink events, CancellationToken cancellationToken)
    {
        var bytes = await source.ReadBlobAsync(artifact.Sidecar, SidecarReader.MaximumSize, cancellationToken);
        if (check is not null)
            check(await ReadSignatureAsync(source, artifact, cancellationToken), bytes);
        var manifest = Sidecars.Read(bytes, events.For("deltas"));
        RequireSubject(artifact, manifest);
        return new PublishedArchiveStore(
            source, PartsOf(artifact, manifest), new FetchedParts(source, folders, location, events))
        {
            Location = location,
            Bytes = artifact.Bytes,
            Manifest = manifest,
            ManifestBytes = bytes,
            HasSignature = artifact.Signature is not null,
        };
    }

    /// <inheritdoc/>
    public long LengthOf(ArchivePart part) => _parts[part].Size;

    /// <inheritdoc/>
    public Task FetchAsync(ArchivePart part, CancellationToken cancellationToken) =>
        _fetched.FetchAsync(_parts[part], cancellationToken);

    /// <inheritdoc/>
    public Stream Open(ArchivePart part, long offset, long length)
    {
        var blob = _parts[part];
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, blob.Size - offset);
        // Who wants to know a few bytes of a part, to show them, does not make it come whole.
        return _fetched.Find(blob.Digest) is { } file
            ? new FileSlice(file, offset, length)
            : new RemoteSlice(_source, blob, offset, length);
    }

    /// <inheritdoc/>
    public void Dispose() => _fetched.Dispose();

    private static async Task<byte[]?> ReadSignatureAsync(
        IImageSource source, DeltaArtifact artifact, CancellationToken cancellationToken) =>
        artifact.Signature is { } signature
            ? await source.ReadBlobAsync(signature, MaximumSignature, cancellationToken)
            : null;

    private static void RequireSubject(DeltaArtifact artifact, ArchiveManifest manifest)
    {
        var subject = artifact.Subject.Subject.Digest;
        if (manifest.Images.All(i => i.Target.ManifestDigest != subject))
            throw DeltaArtifact.Invalid(
                artifact.Raw.Digest, $"it refers to the image {subject}, and its sidecar makes another");
    }

    private static ImmutableDictionary<ArchivePart, Descriptor> PartsOf(
        DeltaArtifact artifact, ArchiveManifest manifest)
    {
        var parts = ImmutableDictionary.CreateBuilder<ArchivePart, Descriptor>();
        foreach (var (part, size) in manifest.Parts)
        {
            var blob = artifact.Find(part) ?? throw DeltaArtifact.Invalid(
                artifact.Raw.Digest, $"it lists no entry {Container.EntryNames.Of(part)}, which the sidecar has");
            if (blob.Size != size)
                throw DeltaArtifact.Invalid(artifact.Raw.Digest, $"the entry {Container.EntryNames.Of(part)} has "
                    + $"{blob.Size} bytes, not the {size} that the sidecar says");
            parts[part] = blob;
        }
        return parts.ToImmutable();
    }
}
