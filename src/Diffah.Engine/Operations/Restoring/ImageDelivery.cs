using Diffah.Engine.Images;

namespace Diffah.Engine.Operations.Restoring;

/// <summary>Brings images to their destinations.</summary>
/// <param name="transports">Where images go to.</param>
/// <param name="request">What is allowed.</param>
/// <param name="context">What transports may use.</param>
internal sealed class ImageDelivery(ITransportCatalog transports, RestoreRequest request, TransportContext context)
{
    /// <summary>Refuses a destination that can't take an image, and touches nothing there.</summary>
    /// <exception cref="Diagnostics.DiffahException">DestinationExists, FileNotFound, ConversionRefused, TransportReserved.</exception>
    public async Task CheckAsync(Image image, ImageReference reference, CancellationToken cancellationToken)
    {
        var transport = transports.Get(reference);
        await transport.CheckDestinationAsync(reference, request.Overwrite, context, cancellationToken).ConfigureAwait(false);
        // One of the same kind, in the work directory, knows what that kind can hold.
        var probe = reference.IsFile ? reference.WithPath(context.Work.NewFilePath("destination")) : reference;
        await using var opened = await transport.OpenDestinationAsync(probe, overwrite: true, context, cancellationToken).ConfigureAwait(false);
        Fit(image, opened, reference);
    }

    /// <summary>Opens a destination for writing.</summary>
    public Task<IImageDestination> OpenAsync(ImageReference reference, CancellationToken cancellationToken) =>
        transports.Get(reference).OpenDestinationAsync(reference, request.Overwrite, context, cancellationToken);

    /// <summary>Writes an image whole; nobody sees it before it is committed.</summary>
    public Task<StagedImage> StageAsync(Image image, IImageDestination destination, CancellationToken cancellationToken) =>
        ImageCopier.StageAsync(Fit(image, destination, destination.Reference), destination, context.Events, cancellationToken);

    /// <summary>What is written of an image at a destination: the image as the archive has it.</summary>
    private static ImageTree Fit(Image image, IImageDestination destination, ImageReference shown)
    {
        var tree = ImageTree.Of(image);
        ImageCopier.RequireExact(tree, destination, shown);
        return tree;
    }
}
