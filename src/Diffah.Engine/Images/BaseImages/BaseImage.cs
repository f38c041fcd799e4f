using Diffah.Engine.Oci;

namespace Diffah.Engine.Images.BaseImages;

/// <summary>The image that another one is built on.</summary>
/// <param name="Name">Its name, as written; <see cref="ImageName"/> reads it.</param>
/// <param name="Origin">Where that is said, for a sentence.</param>
internal sealed record BaseImage(string Name, string Origin)
{
    /// <summary>The platform that is meant of several; null where nothing is said.</summary>
    public Platform? Platform { get; init; }

    /// <summary>
    /// Where the image is looked for, in order. What is built in a store of this machine is mostly built on what is in
    /// that store too; all else is built on what registries have.
    /// </summary>
    /// <param name="target">The image that is built on it.</param>
    public IEnumerable<ImageReference> PlacesFor(ImageReference target)
    {
        if (target.Traits.Grammar == TransportGrammar.Image)
            yield return ImageReference.Parse(target.Traits.Prefix + Name);
        yield return ImageReference.Parse(TransportTraits.Registry.Prefix + Name);
    }
}
