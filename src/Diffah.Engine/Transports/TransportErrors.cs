using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Transports;

/// <summary>Errors that several transports share.</summary>
internal static class TransportErrors
{
    public static DiffahException BlobMissing(Digest digest, ImageReference reference) =>
        new(DiffahErrors.BlobMissing, $"Blob {digest} is not in {reference}.");

    public static DiffahException NotExact(string reason) =>
        new(DiffahErrors.ConversionRefused, $"The image can't be written as it is: {reason}");
}
