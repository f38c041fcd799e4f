using System.Collections.Immutable;
using System.Globalization;
using Diffah.Cli.Json;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;

namespace Diffah.Cli.Rendering;

/// <summary>The result of <c>image</c> for people. Digests are whole where one would copy them.</summary>
internal static class ImageText
{
    private const int BuildStepWidth = 60;

    public static void Write(TextWriter output, ImageDetails image)
    {
        output.WriteLine($"image: {image.Reference}");
        output.WriteLine($"digest: {image.Digest} ({image.MediaType})");
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
                layer.DiffId is { } id ? ShortDigest.Of(id) : "-", layer.MediaType,
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
