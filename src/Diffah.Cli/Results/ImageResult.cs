using System.Collections.Immutable;
using System.Globalization;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;

namespace Diffah.Cli.Results;

/// <summary>The data of <c>image</c>. Platforms are what the index lists that the image was picked from.</summary>
internal sealed record ImageJson(
    string Reference, string? Digest, string MediaType, string? Platform, string? Created, ImageConfigJson Config,
    int LayerCount, long LayerBytes, IReadOnlyList<ImageLayerJson> Layers, string? IndexDigest,
    IReadOnlyList<ImagePlatformJson> Platforms)
{
    public static ImageJson Of(ImageDetails image) => new(
        image.Reference, image.Digest, image.MediaType, image.Platform,
        image.Created is { } created ? Rfc3339.Of(created) : null,
        new ImageConfigJson(image.ConfigDigest, image.ConfigMediaType, image.ConfigSize), image.LayerCount,
        image.LayerBytes,
        [.. image.Layers.Select(
            l => new ImageLayerJson(l.Index, l.Digest, l.DiffId, l.Size, l.MediaType, l.CreatedBy))], image.IndexDigest,
        [.. image.Platforms.Select(p => new ImagePlatformJson(p.Platform, p.Digest, p.MediaType, p.Size))]);
}

/// <summary>The configuration; its digest is the image id.</summary>
internal sealed record ImageConfigJson(string Digest, string MediaType, long Size);

/// <summary>One layer; the index of the base is 0.</summary>
internal sealed record ImageLayerJson(
    int Index, string Digest, string? DiffId, long Size, string MediaType, string? CreatedBy);

/// <summary>One entry of an index.</summary>
internal sealed record ImagePlatformJson(string? Platform, string Digest, string MediaType, long Size);

/// <summary>The result of <c>image</c> for people. Digests are whole where one would copy them.</summary>
internal static class ImageText
{
    private const int BuildStepWidth = 60;

    public static void Write(TextWriter output, ImageDetails image)
    {
        output.WriteLine($"image: {image.Reference}");
        output.WriteLine($"digest: {image.Digest ?? "not known before layers are read"} ({image.MediaType})");
        if (image.IndexDigest is { } index)
            output.WriteLine($"index: {index}");
        if (image.Platform is { } platform)
            output.WriteLine($"platform: {platform}");
        if (image.Created is { } created)
            output.WriteLine($"created: {Rfc3339.Of(created)}");
        output.WriteLine($"config: {image.ConfigDigest} ({image.ConfigMediaType}, {image.ConfigSize} bytes)");
        output.WriteLine($"layers: {image.LayerCount} ({Human.Size(image.LayerBytes)})");
        WriteLayers(output, image.Layers);
        if (!image.Platforms.IsEmpty)
            WritePlatforms(output, image.Platforms);
    }

    private static void WriteLayers(TextWriter output, ImmutableArray<ImageLayerDetails> layers)
    {
        var table = new TextTable(">#", "LAYER", ">SIZE", "DIFF ID", "MEDIA TYPE", "CREATED BY");
        foreach (var layer in layers)
        {
            table.Add(layer.Index.ToString(CultureInfo.InvariantCulture), layer.Digest, Human.Size(layer.Size),
                layer.DiffId is { } id ? ShortText.DigestAndAlgorithm(id) : "-", layer.MediaType,
                ShortText.BuildStep(layer.CreatedBy, BuildStepWidth));
        }
        table.Write(output, "  ");
    }

    private static void WritePlatforms(TextWriter output, ImmutableArray<ImagePlatformDetails> platforms)
    {
        output.WriteLine($"platforms: {platforms.Length}");
        var table = new TextTable("PLATFORM", "MANIFEST", "MEDIA TYPE");
        foreach (var entry in platforms)
            table.Add(entry.Platform ?? "-", entry.Digest, entry.MediaType);
        table.Write(output, "  ");
    }
}
