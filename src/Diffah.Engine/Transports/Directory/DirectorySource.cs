using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Folders;

namespace Diffah.Engine.Transports.Directory;

/// <summary>An image of a folder with manifest and blobs side by side.</summary>
/// <param name="reference">Which.</param>
/// <param name="root">Its manifest.json, read or about to be put there.</param>
internal sealed class DirectorySource(ImageReference reference, RawManifest root) : IImageSource
{
    private readonly string _folder = reference.Path!;

    /// <inheritdoc/>
    public ImageReference Reference => reference;

    /// <summary>Opens the image of a folder.</summary>
    /// <param name="reference">Which.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="DiffahException">FileNotFound, InvalidImage, InvalidManifest.</exception>
    public static async Task<DirectorySource> OpenAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        FolderFiles.RequireFolder(reference.Path!);
        var stream = FolderFiles.TryOpen(reference.Path!, DirectoryPaths.Manifest)
            ?? throw new DiffahException(DiffahErrors.InvalidImage, $"The folder '{reference.Path}' has no manifest.json, so it is no dir: image.",
                "Check the transport: a folder with an index.json is oci:.");
        var root = await ManifestReader.ReadAsync(stream, null, null, $"The manifest.json of '{reference.Path}'", cancellationToken);
        return new DirectorySource(reference, root);
    }

    /// <inheritdoc/>
    public async Task<RawManifest> GetManifestAsync(Digest? digest, CancellationToken cancellationToken)
    {
        if (digest is not { } wanted || wanted == root.Digest)
            return root;
        var stream = FolderFiles.TryOpen(_folder, DirectoryPaths.NestedManifest(wanted)) ?? throw TransportErrors.BlobMissing(wanted, reference);
        return await ManifestReader.ReadAsync(stream, wanted, Listed(wanted), $"Manifest {wanted} of {reference}", cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(FolderFiles.TryOpen(_folder, DirectoryPaths.Blob(blob.Digest)) ?? throw TransportErrors.BlobMissing(blob.Digest, reference));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Descriptor? Listed(Digest digest) =>
        MediaTypes.IsIndex(root.MediaType) ? ImageIndex.Parse(root).Manifests.FirstOrDefault(m => m.Digest == digest) : null;
}
