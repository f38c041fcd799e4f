using System.Collections.Immutable;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Diffah.Engine.Content;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Archive.Published;

/// <summary>A blob of a published archive, and how to read it.</summary>
/// <param name="Descriptor">What it is.</param>
/// <param name="Open">Opens its bytes.</param>
internal sealed record ArtifactBlob(Descriptor Descriptor, Func<Stream> Open);

/// <summary>What a published archive is made of: the manifest, and the blobs that it lists.</summary>
/// <param name="Manifest">The manifest.</param>
/// <param name="Blobs">Its configuration and layers, each once.</param>
internal sealed record ArtifactContent(DeltaArtifact Manifest, ImmutableArray<ArtifactBlob> Blobs);

/// <summary>
/// Makes the manifest by which an archive of one image is published; the same bytes for the same archive.
/// </summary>
/// <param name="archive">The archive; not owned.</param>
internal sealed class DeltaArtifactWriter(ArchiveReader archive)
{
    private static readonly byte[] EmptyConfig = "{}"u8.ToArray();

    /// <summary>Makes it; reads all of the archive.</summary>
    /// <param name="signature">The bytes of the signature file; null where the archive is not signed.</param>
    /// <param name="sourceConfig">Digest of the configuration of what the image is made from; null where nobody
    /// knows.</param>
    /// <param name="advance">Told of bytes that were read.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="Diagnostics.DiffahException">ArchiveInvalid: it is too large for a manifest.</exception>
    public async Task<ArtifactContent> MakeAsync(
        byte[]? signature, Digest? sourceConfig, Action<long>? advance, CancellationToken cancellationToken)
    {
        var image = archive.Manifest.Images[0];
        var blobs = new List<ArtifactBlob> { Small(archive.ManifestBytes, DeltaArtifact.SidecarLayer) };
        if (signature is not null)
            blobs.Add(Small(signature, DeltaArtifact.SignatureLayer));
        foreach (var (part, size) in archive.Manifest.Parts)
            blobs.Add(new ArtifactBlob(
                DeltaArtifact.PartLayer(part, await HashAsync(part, advance, cancellationToken), size),
                () => archive.OpenStored(part)));
        var config = new ArtifactBlob(
            new Descriptor(DeltaArtifactTypes.Empty, Digest.Compute(EmptyConfig), EmptyConfig.Length),
            () => new MemoryStream(EmptyConfig));
        var raw = ManifestBytes.Artifact(DeltaArtifactTypes.Of(archive.Manifest.Version), config.Descriptor,
            blobs.Select(b => b.Descriptor),
            new Descriptor(image.Target.MediaType, image.Target.ManifestDigest, image.Target.ManifestSize),
            await AnnotationsAsync(image, sourceConfig, cancellationToken));
        if (raw.Bytes.Length > RawManifest.MaximumSize)
            throw DeltaArtifact.Invalid(
                raw.Digest, $"it would have {raw.Bytes.Length} bytes, and registries take {RawManifest.MaximumSize}");
        return new ArtifactContent(
            DeltaArtifact.Parse(raw), [.. blobs.Append(config).DistinctBy(b => b.Descriptor.Digest)]);
    }

    private static ArtifactBlob Small(ReadOnlyMemory<byte> bytes, Func<Digest, long, Descriptor> describe) =>
        new(describe(Digest.Compute(bytes.Span), bytes.Length), () => new MemoryStream(bytes.ToArray()));

    private async Task<Digest> HashAsync(ArchivePart part, Action<long>? advance, CancellationToken cancellationToken)
    {
        var some = Digest.Compute([]);
        using var hash = some.CreateHash();
        await using var stored = archive.OpenStored(part);
        var buffer = new byte[StreamExtensions.CopyBufferSize];
        int read;
        while ((read = await stored.ReadAsync(buffer, cancellationToken)) > 0)
        {
            hash.AppendData(buffer.AsSpan(0, read));
            advance?.Invoke(read);
        }
        return Digest.FromHash(some.Algorithm, hash.GetHashAndReset());
    }

    private async Task<ImmutableSortedDictionary<string, string>> AnnotationsAsync(
        ArchiveImage image, Digest? sourceConfig, CancellationToken cancellationToken)
    {
        var annotations = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [DeltaArtifactTypes.CreatedAnnotation] = archive.Manifest.CreatedAt.UtcDateTime.ToString(
                "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            [DeltaArtifactTypes.TargetAnnotation] = image.Target.ManifestDigest.ToString(),
            [DeltaArtifactTypes.SourceAnnotation] = image.Baseline.ManifestDigest.ToString(),
        };
        if (sourceConfig is { } config)
            annotations[DeltaArtifactTypes.SourceConfigAnnotation] = config.ToString();
        await AddReusedAsync(image, annotations, cancellationToken);
        return annotations.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    private async Task AddReusedAsync(
        ArchiveImage image, SortedDictionary<string, string> annotations, CancellationToken cancellationToken)
    {
        var manifest = await archive.ReadManifestAsync(image, cancellationToken);
        var reused = manifest.Layers.Select((layer, place) => (layer.Digest, Place: place))
            .Where(l => !archive.Manifest.Blobs.ContainsKey(l.Digest)).ToArray();
        if (reused.Length == 0)
            return;
        annotations[DeltaArtifactTypes.ReusedAnnotation] = JsonList(reused.Select(r => r.Digest));
        if (await archive.TryReadConfigAsync(manifest, cancellationToken) is { } config
            && config.DiffIds.Length == manifest.Layers.Length)
            annotations[DeltaArtifactTypes.ReusedDiffIdAnnotation] =
                JsonList(reused.Select(r => config.DiffIds[r.Place]));
    }

    private static string JsonList(IEnumerable<Digest> digests)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(
            buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartArray();
            foreach (var digest in digests)
                json.WriteStringValue(digest.ToString());
            json.WriteEndArray();
        }
        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }
}
