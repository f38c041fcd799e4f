using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images.Copying;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images.Conversion;

/// <summary>Converts images for destinations that can't hold them as they are, where that is allowed.</summary>
internal static class ImageConverter
{
    private const string Allow =
        "Or allow the conversion with AllowConvert (--allow-convert): the image keeps its id, "
            + "and its manifest gets another digest.";

    /// <summary>
    /// Says whether a destination needs a conversion; refuses where it needs one that is not allowed or can't be done.
    /// Nothing is opened.
    /// </summary>
    /// <param name="tree">The image or index.</param>
    /// <param name="transport">The destination's transport.</param>
    /// <param name="reference">The destination.</param>
    /// <param name="allow">Whether a conversion is allowed.</param>
    /// <exception cref="DiffahException">ConversionRefused.</exception>
    public static bool WouldConvert(ImageTree tree, IImageTransport transport, ImageReference reference, bool allow)
    {
        if (tree.WhyNotExact(transport, reference) is null)
            return false;
        if (!allow || !HasForm(tree, transport.Traits))
            ImageCopier.RequireExact(tree, transport, reference, WouldHelp(tree, transport.Traits) ? Allow : null);
        if (tree.Image is { } image)
            RequireConvertible(image.Manifest, image.Config, reference);
        return true;
    }

    /// <summary>
    /// Gives an image as it is where the destination can hold it so, and converted otherwise. The configuration keeps
    /// its bytes, and what layers hold is checked against its diff ids.
    /// </summary>
    /// <param name="tree">The image or index.</param>
    /// <param name="destination">Where it goes; nothing is written there.</param>
    /// <param name="allow">Whether a conversion is allowed.</param>
    /// <param name="context">Where converted layers go until they are written, and whom to tell.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DiffahException">
    /// ConversionRefused; DigestMismatch, SizeMismatch or InvalidImage for a layer that is not what manifest and
    /// configuration say; what the source throws.
    /// </exception>
    public static async Task<FittedImage> FitAsync(
        ImageTree tree, IImageDestination destination, bool allow, TransportContext context,
        CancellationToken cancellationToken)
    {
        if (!WouldConvert(tree, destination.Transport, destination.Reference, allow))
            return new FittedImage(tree, null);
        if (!tree.Referrers.IsEmpty)
            context.Events.Warn("The image gets another digest by the conversion, and what refers to it says nothing "
                + $"of that one: {ReferrerTrees.Count(tree.Referrers.Length)} left out.");
        return await new TreeConversion(tree, destination, context).RunAsync(cancellationToken);
    }

    /// <exception cref="DiffahException">ConversionRefused.</exception>
    internal static void RequireConvertible(ImageManifest manifest, ImageConfig config, ImageReference shown)
    {
        if (ConversionRules.WhyNot(manifest, config) is { } reason)
            throw new DiffahException(
                DiffahErrors.ConversionRefused, $"The image {manifest.Digest} can't be converted for {shown}: {reason}",
                $"Write it to a destination that holds it as it is: {TransportTraits.Words(t => t.Form is null)}, "
                + $"or {TransportTraits.Words(t => t.Form == ImageForm.Oci)} for an OCI image.");
    }

    /// <summary>True where a conversion would make the transport hold the image or index.</summary>
    private static bool WouldHelp(ImageTree tree, TransportTraits transport) =>
        HasForm(tree, transport)
            && (tree.Image is not { } image || ConversionRules.WhyNot(image.Manifest, image.Config) is null);

    private static bool HasForm(ImageTree tree, TransportTraits transport) =>
        transport.Form is not null && (tree.Image is not null || transport.HoldsIndex);
}

/// <summary>An image, or an index with its images, that a destination can hold.</summary>
/// <param name="Tree">What to write.</param>
/// <param name="Conversion">What a conversion changed; null where there was no need of one.</param>
internal sealed record FittedImage(ImageTree Tree, ImageConversion? Conversion);
