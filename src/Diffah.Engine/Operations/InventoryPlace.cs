using Diffah.Engine.Images;

namespace Diffah.Engine.Operations;

/// <summary>What an inventory lists: one image, or all that a place has names for.</summary>
public sealed record InventoryPlace
{
    private const string All = ":*";

    private InventoryPlace(ImageReference reference, bool isAll) => (Reference, IsAll) = (reference, isAll);

    /// <summary>The image; any of the place where all are meant.</summary>
    public ImageReference Reference { get; }

    /// <summary>Whether all images of the place are meant.</summary>
    public bool IsAll { get; }

    /// <summary>
    /// Reads a reference, or one with <c>:*</c> for all names of a place: <c>docker-daemon:*</c>,
    /// <c>oci:./layout:*</c>, <c>docker://far.example/app:*</c>.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <exception cref="Diagnostics.DiffahException">InvalidReference.</exception>
    public static InventoryPlace Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.EndsWith(All, StringComparison.Ordinal))
            return new InventoryPlace(ImageReference.Parse(text), isAll: false);
        var place = text[..^All.Length];
        // A store is one place: any name stands for it.
        return new InventoryPlace(ImageReference.Parse(place.Contains(':') ? place : $"{place}:any"), isAll: true);
    }

    /// <summary>The same with a relative path made absolute.</summary>
    /// <param name="baseFolder">Where relative paths start.</param>
    public InventoryPlace ResolveAgainst(string baseFolder) => Resolve(r => r.ResolveAgainst(baseFolder));

    /// <summary>The same with another reference.</summary>
    /// <param name="resolve">Makes a relative path absolute.</param>
    public InventoryPlace Resolve(Func<ImageReference, ImageReference> resolve)
    {
        ArgumentNullException.ThrowIfNull(resolve);
        return new InventoryPlace(resolve(Reference), IsAll);
    }

    /// <inheritdoc/>
    public override string ToString() => !IsAll ? Reference.ToString() : At("*");

    /// <summary>The reference of an image of the place, as text.</summary>
    /// <param name="name">The image's name, or its tag.</param>
    internal string At(string name) => Reference.Path is { } path ? $"{Reference.Transport}:{path}:{name}"
        : Reference.Traits == TransportTraits.Registry ? $"{Repository}:{name}"
        : $"{Reference.Transport}:{name}";

    private string Repository => Reference.AtDigest(Oci.Digest.Compute([]))!.ToString().Split('@')[0];
}
