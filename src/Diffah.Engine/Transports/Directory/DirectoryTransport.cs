using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Transports.Folders;

namespace Diffah.Engine.Transports.Directory;

/// <summary><c>dir:PATH</c>: a folder with manifest and blobs side by side, as skopeo writes it.</summary>
internal sealed class DirectoryTransport : IImageTransport
{
    /// <inheritdoc/>
    public string Name => TransportNames.Directory;

    /// <inheritdoc/>
    public async Task<IImageSource> OpenSourceAsync(ImageReference reference, TransportContext context, CancellationToken cancellationToken) =>
        await DirectorySource.OpenAsync(reference, cancellationToken);

    /// <inheritdoc/>
    public async Task<IImageDestination> OpenDestinationAsync(ImageReference reference, bool overwrite, TransportContext context, CancellationToken cancellationToken)
    {
        if (FolderFiles.HoldsAnything(reference.Path!))
        {
            if (!await IsDirectoryImageAsync(reference.Path!, cancellationToken))
                throw new DiffahException(DiffahErrors.DestinationExists, $"The folder '{reference.Path}' has other things in it and is no dir: image.", "Choose a new or empty folder.");
            if (!overwrite)
                throw new DiffahException(DiffahErrors.DestinationExists, $"{reference} exists already.");
        }
        return new DirectoryDestination(reference, context);
    }

    private static async Task<bool> IsDirectoryImageAsync(string folder, CancellationToken cancellationToken)
    {
        if (FolderFiles.TryOpen(folder, DirectoryPaths.Version) is not { } stream)
            return false;
        await using (stream)
        {
            using var reader = new StreamReader(stream);
            var start = new char[DirectoryPaths.VersionPrefix.Length];
            await reader.ReadBlockAsync(start, cancellationToken);
            return start.AsSpan().SequenceEqual(DirectoryPaths.VersionPrefix);
        }
    }
}
