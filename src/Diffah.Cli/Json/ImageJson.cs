using Diffah.Engine.Operations;

namespace Diffah.Cli.Json;

/// <summary>The data of <c>image</c>. Platforms are what the index lists that the image was picked from.</summary>
internal sealed record ImageJson(
    string Reference, string Digest, string MediaType, string? Platform, string? Created, ImageConfigJson Config,
    int LayerCount, long LayerBytes, IReadOnlyList<ImageLayerJson> Layers, string? IndexDigest, IReadOnlyList<ImagePlatformJson> Platforms)
{
    public static ImageJson Of(ImageDetails image) => new(
        image.Reference, image.Digest, image.MediaType, image.Platform, image.Created is { } created ? Rfc3339.Of(created) : null,
        new ImageConfigJson(image.ConfigDigest, image.ConfigMediaType, image.ConfigSize), image.LayerCount, image.LayerBytes,
        [.. image.Layers.Select(l => new ImageLayerJson(l.Index, l.Digest, l.DiffId, l.Size, l.MediaType, l.CreatedBy))], image.IndexDigest,
        [.. image.Platforms.Select(p => new ImagePlatformJson(p.Platform, p.Digest, p.MediaType, p.Size))]);
}

/// <summary>The configuration; its digest is the image id.</summary>
internal sealed record ImageConfigJson(string Digest, string MediaType, long Size);

/// <summary>One layer; the index of the base is 0.</summary>
internal sealed record ImageLayerJson(int Index, string Digest, string? DiffId, long Size, string MediaType, string? CreatedBy);

/// <summary>One entry of an index.</summary>
internal sealed record ImagePlatformJson(string? Platform, string Digest, string MediaType, long Size);
