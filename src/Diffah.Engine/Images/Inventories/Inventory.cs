using System.Collections.Immutable;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images.Inventories;

/// <summary>
/// What a site has, by digests: no data of an image, nothing of what configurations say, no path of the site's.
/// </summary>
/// <param name="CreatedAt">When it was made, in UTC.</param>
/// <param name="Images">The images, in ascending order of names.</param>
internal sealed record Inventory(DateTimeOffset CreatedAt, ImmutableArray<InventoryImage> Images)
{
    /// <summary>How many images one has at the most.</summary>
    public const int MaximumImages = 10_000;

    /// <summary>How many contents of files one has at the most.</summary>
    public const int MaximumFiles = 400_000;

    /// <summary>
    /// The distinct contents of files that the images' layers have, and their sizes; null where they were not asked
    /// for.
    /// </summary>
    public ImmutableSortedDictionary<Digest, long>? Files { get; init; }

    /// <summary>SHA-256 of the file as it is stored.</summary>
    public Digest Digest { get; init; }
}

/// <summary>An image that a site has.</summary>
/// <param name="Name">What the site calls it.</param>
/// <param name="Platform">Platform, <c>os/arch[/variant]</c>; null where it does not say.</param>
/// <param name="Manifest">The manifest; its digest is null where the store makes one up when it is read.</param>
/// <param name="Config">The configuration: its digest is the image id.</param>
/// <param name="Layers">The layers, base first.</param>
internal sealed record InventoryImage(
    string Name, string? Platform, InventoryManifest Manifest, InventoryBlob Config,
    ImmutableArray<InventoryLayer> Layers)
{
    /// <summary>How many layers an image has at the most.</summary>
    public const int MaximumLayers = 1000;

    /// <summary>
    /// The image as a manifest that says nothing but what is listed here. Its digest is that of the site's, where that
    /// is known.
    /// </summary>
    public ImageManifest ToManifest()
    {
        var layers = Layers.Select(l => l.Blob.ToDescriptor());
        var made = Manifest.MediaType == MediaTypes.DockerManifest
            ? ManifestBytes.Docker(Config.ToDescriptor(), layers)
            : ManifestBytes.Oci(Config.ToDescriptor(), layers, null);
        return ImageManifest.Parse(
            Manifest.Digest is { } digest ? new RawManifest(made.Bytes, made.MediaType, digest) : made);
    }
}

/// <summary>The manifest of an image that a site has.</summary>
/// <param name="Digest">Its digest; null where the store makes it up when the image is read.</param>
/// <param name="MediaType">Its media type.</param>
internal sealed record InventoryManifest(Digest? Digest, string MediaType);

/// <summary>A blob that a site has.</summary>
/// <param name="Digest">Its digest.</param>
/// <param name="Size">Bytes, as it is stored.</param>
/// <param name="MediaType">Its media type.</param>
internal sealed record InventoryBlob(Digest Digest, long Size, string MediaType)
{
    /// <summary>As manifests say it.</summary>
    public Descriptor ToDescriptor() => new(MediaType, Digest, Size);
}

/// <summary>A layer that a site has.</summary>
/// <param name="Blob">As it is stored.</param>
/// <param name="DiffId">Digest of its content; null where the configuration does not say.</param>
internal sealed record InventoryLayer(InventoryBlob Blob, Digest? DiffId);
