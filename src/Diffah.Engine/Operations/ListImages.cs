using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;

namespace Diffah.Engine.Operations;

/// <summary>Lists the names of the images in an archive or a layout.</summary>
/// <param name="transports">Where images come from.</param>
public sealed class ListImages(ITransportCatalog transports)
{
    private const int MaximumCount = 1000;

    /// <summary>Lists the names, in the place's order; those beyond the first thousand, and those that a line of text can't show, are left out.</summary>
    /// <param name="reference">Any image of the place, there or not; its name is not looked at. A path is absolute.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <exception cref="DiffahException">InvalidArgument (a transport without names), FileNotFound, InvalidImage, InvalidManifest.</exception>
    public async Task<IReadOnlyList<string>> RunAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        if (transports.Get(reference) is not IImageLister lister)
            throw new DiffahException(DiffahErrors.InvalidArgument, $"'{reference.Transport}:' has no names of images to list.",
                $"Give a reference of an archive or a layout: {TransportTraits.Words(t => t.Naming != ImageNaming.None)}.");
        RequestGuard.AbsolutePath(reference);
        var names = await lister.ListImagesAsync(reference, cancellationToken);
        return [.. names.Where(n => n.Length > 0 && n == Printable.Line(n)).Distinct(StringComparer.Ordinal).Take(MaximumCount)];
    }
}
