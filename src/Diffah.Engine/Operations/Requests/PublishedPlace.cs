using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;

namespace Diffah.Engine.Operations.Requests;

/// <summary>The places beside whose images deltas are published.</summary>
internal static class PublishedPlace
{
    /// <summary>Refuses what is no registry.</summary>
    /// <param name="place">The image or repository.</param>
    /// <exception cref="DiffahException">InvalidArgument.</exception>
    public static ImageReference Require(ImageReference place) =>
        place.Traits.Grammar == TransportGrammar.Registry
            ? place
            : throw new DiffahException(DiffahErrors.InvalidArgument,
                $"Deltas are published in registries, and '{place}' is in none.",
                "Write docker://HOST/REPOSITORY:TAG.");
}
