using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images.Conversion;

/// <summary>Converts images for destinations that can't hold them as they are, where that is allowed.</summary>
public static class ImageConverter
{
    /// <summary>Says whether a destination needs a conversion; refuses where it needs one that is not allowed or can't be done.</summary>
    /// <param name="tree">The image or index.</param>
    /// <param name="destination">The destination, or another of its kind.</param>
    /// <param name="allow">Whether a conversion is allowed.</param>
    /// <param name="shown">The reference that errors name.</param>
    /// <exception cref="DiffahException">ConversionRefused.</exception>
    public static bool WouldConvert(ImageTree tree, IImageDestination destination, bool allow, ImageReference shown)
    {
        if (tree.WhyNotExact(destination) is null)
            return false;
        if (!allow || !HasForm(tree, destination))
            ImageCopier.RequireExact(tree, destination, shown);
        if (tree.Image is { } image)
            RequireConvertible(image.Manifest, image.Config, shown);
        return true;
    }

    /// <summary>
    /// Gives an image as it is where the destination can hold it so, and converted otherwise. The configuration keeps its bytes, and
    /// what layers hold is checked against its diff ids.
    /// </summary>
    /// <param name="tree">The image or index.</param>
    /// <param name="destination">Where it goes; nothing is written there.</param>
    /// <param name="allow">Whether a conversion is allowed.</param>
    /// <param name="context">Where converted layers go until they are written, and whom to tell.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DiffahException">
    /// ConversionRefused; DigestMismatch, SizeMismatch or InvalidImage for a layer that is not what manifest and configuration say; what the source throws.
    /// </exception>
    public static async Task<FittedImage> FitAsync(ImageTree tree, IImageDestination destination, bool allow, TransportContext context, CancellationToken cancellationToken) =>
        WouldConvert(tree, destination, allow, destination.Reference)
            ? await new TreeConversion(tree, destination.Form!.Value, destination.Reference, context).RunAsync(destination.MaximumConcurrency, cancellationToken)
            : new FittedImage(tree, null);

    /// <summary>True where a conversion would make the destination hold the image or index.</summary>
    internal static bool WouldHelp(ImageTree tree, IImageDestination destination) =>
        HasForm(tree, destination) && (tree.Image is not { } image || ConversionRules.WhyNot(image.Manifest, image.Config) is null);

    /// <exception cref="DiffahException">ConversionRefused.</exception>
    internal static void RequireConvertible(ImageManifest manifest, ImageConfig config, ImageReference shown)
    {
        if (ConversionRules.WhyNot(manifest, config) is { } reason)
            throw new DiffahException(DiffahErrors.ConversionRefused, $"The image {manifest.Digest} can't be converted for {shown}: {reason}",
                "Write it to a destination that holds it as it is: dir: or docker://, or oci-archive: or oci: for an OCI image.");
    }

    // A Docker archive is a list of images, and knows no index.
    private static bool HasForm(ImageTree tree, IImageDestination destination) =>
        destination.Form is { } form && (tree.Image is not null || form == ImageForm.Oci);
}
