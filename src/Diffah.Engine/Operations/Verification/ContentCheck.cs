using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Container;
using Diffah.Engine.Deltas.Sidecars;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Operations.Verification;

/// <summary>Checks what can be checked of an archive's content without any baseline: <c>manifest</c>, <c>blob</c> and <c>patch</c>.</summary>
/// <param name="archive">The archive; not owned.</param>
/// <param name="findings">Where findings go.</param>
/// <param name="events">Told of blobs.</param>
internal sealed class ContentCheck(DeltaArchiveReader archive, FindingList findings, EventSink events)
{
    // The window that readers allow: 2^31 bytes.
    private const ulong MaximumWindow = 1UL << 31;

    /// <summary>Checks every image's manifest, then every blob once. Gives the manifests that could be read, by image.</summary>
    public async Task<IReadOnlyDictionary<string, ImageManifest>> RunAsync(CancellationToken cancellationToken)
    {
        var manifests = new Dictionary<string, ImageManifest>(StringComparer.Ordinal);
        foreach (var image in archive.Sidecar.Images)
            await findings.CheckAsync("manifest", image.Name, () => ManifestAsync(image, manifests, cancellationToken));
        foreach (var (digest, blob) in archive.Sidecar.Blobs)
        {
            await findings.CheckAsync(blob.IsFull ? "blob" : "patch", digest.ToString(),
                () => blob.IsFull ? BlobAsync(digest, blob, cancellationToken) : PatchAsync(digest, blob, cancellationToken));
        }
        return manifests;
    }

    private async Task<string> ManifestAsync(SidecarImage image, Dictionary<string, ImageManifest> manifests, CancellationToken cancellationToken)
    {
        var manifest = await archive.ReadManifestAsync(image, cancellationToken);
        manifests[image.Name] = manifest;
        if (archive.Sidecar.Blobs.GetValueOrDefault(manifest.Config.Digest) is not { IsFull: true })
            throw new DiffahException(DiffahErrors.ArchiveInvalid, $"The configuration {manifest.Config.Digest} of image '{image.Name}' is not in the archive as a whole blob.");
        foreach (var layer in manifest.Layers.Append(manifest.Config))
        {
            if (archive.Sidecar.Blobs.GetValueOrDefault(layer.Digest) is { } stored && stored.Size != layer.Size)
                throw new DiffahException(DiffahErrors.ArchiveInvalid, $"Blob {layer.Digest} has {layer.Size} bytes in the manifest of image '{image.Name}' and {stored.Size} in the sidecar.");
        }
        return $"{manifest.Digest}, {manifest.Layers.Length} layers";
    }

    private async Task<string> BlobAsync(Digest digest, SidecarBlob blob, CancellationToken cancellationToken)
    {
        using var progress = events.BeginPart($"blob {digest.ShortHex}", "verifying", blob.Size);
        using var stream = archive.OpenFull(digest);
        await stream.CopyToAsync(Stream.Null, progress.Advance, cancellationToken);
        return $"{blob.Size} bytes, as their digest says";
    }

    private async Task<string> PatchAsync(Digest digest, SidecarBlob blob, CancellationToken cancellationToken)
    {
        var start = new byte[ZstdFrameHeader.MaximumLength];
        using var stored = archive.OpenStored(digest);
        var read = await stored.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        if (ZstdFrameHeader.Read(start.AsSpan(0, read)) is not { } header)
            throw Invalid(digest, "it does not begin as a zstd frame does");
        if (header.ContentSize is { } size && size != (ulong)blob.Size)
            throw Invalid(digest, $"it gives {size} bytes, not the blob's {blob.Size}");
        if (header.WindowSize > MaximumWindow)
            throw Invalid(digest, $"it needs a window of {header.WindowSize} bytes, more than the format allows");
        return $"{blob.ArchiveSize} bytes for {blob.Size}, from {blob.PatchFrom}; its content can be checked with the baseline alone";
    }

    private static DiffahException Invalid(Digest digest, string why) => new(DiffahErrors.PatchInvalid, $"The patch for blob {digest} is not valid: {why}.");
}
