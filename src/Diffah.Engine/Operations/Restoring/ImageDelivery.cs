using Diffah.Engine.Images;
using Diffah.Engine.Images.Conversion;
using Diffah.Engine.Images.Copying;

namespace Diffah.Engine.Operations.Restoring;

/// <summary>Brings images to their destinations.</summary>
/// <param name="transports">Where images go to.</param>
/// <param name="request">What is allowed.</param>
/// <param name="context">What transports may use.</param>
internal sealed class ImageDelivery(ITransportCatalog transports, RestoreRequest request, TransportContext context)
{
    /// <summary>
    /// Refuses a destination that can't take an image, and touches nothing there; says whether it takes it only
    /// converted.
    /// </summary>
    /// <exception cref="Diagnostics.DiffahException">DestinationExists, FileNotFound, ConversionRefused,
    /// TransportReserved.</exception>
    public async Task<bool> CheckAsync(ImageTree image, ImageReference reference, CancellationToken cancellationToken)
    {
        var transport = transports.Get(reference);
        await transport.CheckDestinationAsync(reference, request.Overwrite, context, cancellationToken);
        return ImageConverter.WouldConvert(image, transport, reference, request.AllowConvert);
    }

    /// <summary>
    /// Whether a destination is given the contents of an image's layers and never a blob: it keeps nothing else, or the
    /// image is converted to plain layers for it.
    /// </summary>
    /// <exception cref="Diagnostics.DiffahException">What <see cref="CheckAsync"/> throws.</exception>
    public async Task<bool> TakesContentsAsync(
        Image image, ImageReference reference, CancellationToken cancellationToken)
    {
        var isConverted = await CheckAsync(ImageTree.Of(image), reference, cancellationToken);
        var transport = transports.Get(reference);
        return transport.TakesContents(reference)
            || (isConverted && transport.Traits.Form == ImageForm.DockerPlain);
    }

    /// <summary>Opens a destination for writing.</summary>
    public Task<IImageDestination> OpenAsync(ImageReference reference, CancellationToken cancellationToken) =>
        transports.Get(reference).OpenDestinationAsync(reference, request.Overwrite, context, cancellationToken);

    /// <summary>Writes an image whole, converted where that is needed; nobody sees it before it is committed.</summary>
    public async Task<DeliveredImage> WriteAsync(
        ImageTree image, IImageDestination destination, CancellationToken cancellationToken)
    {
        var fitted = await ImageConverter.FitAsync(
            image, destination, request.AllowConvert, context, cancellationToken);
        return new DeliveredImage(fitted,
            await ImageCopier.StageAsync(fitted.Tree, destination, request.Workers, context.Events, cancellationToken));
    }
}

/// <summary>An image that is whole at its destination, and not visible yet.</summary>
/// <param name="Written">What was written.</param>
/// <param name="Staged">Makes it visible.</param>
internal sealed record DeliveredImage(FittedImage Written, StagedImage Staged);
