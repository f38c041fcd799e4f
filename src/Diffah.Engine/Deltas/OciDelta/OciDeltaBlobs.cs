using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Conversion;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.OciDelta;

/// <summary>What is at hand as it was in the image that an oci-delta was made of.</summary>
/// <param name="delta">The delta.</param>
/// <param name="layers">Its layers.</param>
/// <param name="reference">What messages call the image.</param>
internal sealed class OciDeltaBlobs(OciDeltaArtifact delta, OciDeltaLayers layers, ImageReference reference)
    : IImageSource
{
    public ImageReference Reference => reference;

    public Task<RawManifest> GetManifestAsync(Digest? digest, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return digest is { } asked && asked != delta.Target.Digest
            ? throw new DiffahException(DiffahErrors.BlobMissing, $"The oci-delta has no manifest {asked}.")
            : Task.FromResult(delta.Target.Raw);
    }

    public Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken) =>
        layers.OpenAsync(blob, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The image as it can be made: with the manifest that it had where every layer is as it was.</summary>
    /// <param name="made">The layers.</param>
    public IImageSource With(IReadOnlyList<OciDeltaLayer> made)
    {
        var root = made.All(l => l.Blob.Before == l.Blob.After) ? delta.Target.Raw : Write(made);
        return new ConvertedImageSource(this, root,
            new Dictionary<Digest, RawManifest> { [root.Digest] = root },
            new Dictionary<Digest, ReadOnlyMemory<byte>> { [delta.Target.Config.Digest] = delta.ConfigBytes },
            made.Select(l => l.Blob).DistinctBy(b => b.After.Digest).ToDictionary(b => b.After.Digest));
    }

    private RawManifest Write(IReadOnlyList<OciDeltaLayer> made)
    {
        var layers = made.Select(l => l.Blob.After);
        return delta.Target.MediaType == MediaTypes.DockerManifest
            ? ManifestBytes.Docker(delta.Target.Config, layers)
            : ManifestBytes.Oci(delta.Target.Config, layers,
                OciJson.ParseObject(delta.Target.Raw.Bytes, "image manifest")
                    .TryGetProperty("annotations", out var annotations) ? annotations : null);
    }
}
