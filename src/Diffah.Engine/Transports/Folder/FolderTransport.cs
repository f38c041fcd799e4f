using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Transports.Storage;

namespace Diffah.Engine.Transports.Folder;

/// <summary><c>dir:PATH</c>: a folder with manifest and blobs side by side, as skopeo writes it.</summary>
internal sealed class FolderTransport : IImageTransport
{
    /// <inheritdoc/>
    public TransportTraits Traits => TransportTraits.Folder;

    /// <inheritdoc/>
    public ImageFolder FolderOf(ImageReference reference) => new(reference.Path!, FolderPaths.Version,
        name => name is FolderPaths.Manifest or FolderPaths.Version || FolderPaths.IsContent(name));

    /// <inheritdoc/>
    public async Task<IImageSource> OpenSourceAsync(
        ImageReference reference, TransportContext context, CancellationToken cancellationToken) =>
        await FolderSource.OpenAsync(reference, cancellationToken);

    /// <inheritdoc/>
    public async Task<IImageDestination> OpenDestinationAsync(
        ImageReference reference, bool overwrite, TransportContext context, CancellationToken cancellationToken)
    {
        FolderPaths.RequireNoLinks(reference.Path!);
        if (FolderFiles.HoldsAnything(reference.Path!))
        {
            if (!await IsFolderImageAsync(reference.Path!, cancellationToken))
                throw new DiffahException(DiffahErrors.DestinationExists,
                    $"The folder '{reference.Path}' has other things in it and is no dir: image.",
                    "Choose a new or empty folder.");
            FolderPaths.RequireRoom(reference, overwrite);
        }
        return new FolderDestination(this, reference, overwrite, context);
    }

    private static async Task<bool> IsFolderImageAsync(string folder, CancellationToken cancellationToken)
    {
        if (FolderFiles.TryOpen(folder, FolderPaths.Version) is not { } stream)
            return false;
        await using (stream)
        {
            using var reader = new StreamReader(stream);
            var start = new char[FolderPaths.VersionPrefix.Length];
            await reader.ReadBlockAsync(start, cancellationToken);
            return start.AsSpan().SequenceEqual(FolderPaths.VersionPrefix);
        }
    }
}
