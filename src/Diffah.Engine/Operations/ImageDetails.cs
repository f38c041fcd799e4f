using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Operations;

/// <summary>What an image is made of. Sizes are bytes; digests are validated.</summary>
public sealed record ImageDetails
{
    /// <summary>Where the image is.</summary>
    public required string Reference { get; init; }

    /// <summary>Digest of the image's manifest.</summary>
    public required string Digest { get; init; }

    /// <summary>Media type of the image's manifest.</summary>
    public required string MediaType { get; init; }

    /// <summary>Platform, <c>os/arch[/variant]</c>; null where the configuration names none.</summary>
    public required string? Platform { get; init; }

    /// <summary>Digest of the configuration: the image id.</summary>
    public required string ConfigDigest { get; init; }

    /// <summary>Media type of the configuration.</summary>
    public required string ConfigMediaType { get; init; }

    /// <summary>Size of the configuration.</summary>
    public required long ConfigSize { get; init; }

    /// <summary>When the image was made, as its configuration says; null where it does not.</summary>
    public required DateTimeOffset? Created { get; init; }

    /// <summary>The layers, base first.</summary>
    public required ImmutableArray<ImageLayerDetails> Layers { get; init; }

    /// <summary>The images of the index the reference names; empty where it names an image.</summary>
    public required ImmutableArray<ImagePlatformDetails> Platforms { get; init; }

    /// <summary>Digest of the index the reference names; null where it names an image.</summary>
    public required string? IndexDigest { get; init; }

    /// <summary>Layers in the image.</summary>
    public int LayerCount => Layers.Length;

    /// <summary>Size of the distinct layers as stored.</summary>
    public long LayerBytes => Layers.DistinctBy(l => l.Digest).Sum(l => l.Size);

    /// <summary>Where it is.</summary>
    public override string ToString() => Reference;
}

/// <summary>One layer of an image.</summary>
/// <param name="Index">Its place, 0 is the base.</param>
/// <param name="Digest">Digest of the blob as stored.</param>
/// <param name="DiffId">Digest of the plain tar; null where the configuration does not say.</param>
/// <param name="Size">Size of the blob as stored, in bytes.</param>
/// <param name="MediaType">Media type, as the manifest says.</param>
public sealed record ImageLayerDetails(int Index, string Digest, string? DiffId, long Size, string MediaType)
{
    /// <summary>What made the layer, as the configuration says, on one line; null where it does not say.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>Its place, and its digest's beginning.</summary>
    public override string ToString() => $"{Index}: {ShortText.Digest(Digest)}";
}

/// <summary>One image of an index.</summary>
/// <param name="Platform">Platform, <c>os/arch[/variant]</c>; null where the index names none.</param>
/// <param name="Digest">Digest of its manifest.</param>
/// <param name="MediaType">Media type of its manifest.</param>
/// <param name="Size">Size of its manifest, in bytes.</param>
public sealed record ImagePlatformDetails(string? Platform, string Digest, string MediaType, long Size)
{
    /// <summary>The platform, or the digest's beginning where there is none.</summary>
    public override string ToString() => Platform ?? ShortText.Digest(Digest);
}
