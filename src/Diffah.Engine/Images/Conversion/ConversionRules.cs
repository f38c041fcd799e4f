using System.Text.Json;
using Diffah.Engine.Compression;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images.Conversion;

/// <summary>What can be converted, and into what.</summary>
internal static class ConversionRules
{
    private static readonly string[] ManifestFields = ["schemaVersion", "mediaType", "config", "layers"];
    private static readonly string[] DescriptorFields = ["mediaType", "digest", "size"];

    /// <summary>Why an image can't be converted into any form; null where it can.</summary>
    public static string? WhyNot(ImageManifest manifest, ImageConfig config)
    {
        if (!MediaTypes.IsConfig(manifest.Config.MediaType))
            return $"it is an artifact: '{manifest.Config.MediaType}' is not the configuration of an image.";
        if (config.DiffIds.Length != manifest.Layers.Length)
            return $"its configuration lists {config.DiffIds.Length} layers and its manifest {manifest.Layers.Length}, "
                + "so that there is nothing to check converted layers against.";
        if (manifest.Layers.FirstOrDefault(l => MediaTypes.IsForeignLayer(l.MediaType)) is { } foreign)
            return $"its layer {foreign.Digest} is not to be passed on ('{foreign.MediaType}').";
        return manifest.Layers.FirstOrDefault(l => !MediaTypes.IsLayer(l.MediaType)) is { } other
            ? $"its blob {other.Digest} ('{other.MediaType}') is no layer."
            : null;
    }

    /// <summary>True for an image that is of another family than a form.</summary>
    public static bool IsConcerned(ImageManifest manifest, ImageForm form) =>
        form == ImageForm.DockerPlain || MediaTypes.IsDocker(manifest.MediaType);

    /// <summary>Media type of a configuration in a form.</summary>
    public static string ConfigType(ImageForm form) =>
        form == ImageForm.Oci ? MediaTypes.OciConfig : MediaTypes.DockerConfig;

    /// <summary>Media type of a layer in a form; a Docker archive says gzip of plain tars.</summary>
    public static string LayerType(ImageForm form, CompressionKind kind) => (form, kind) switch
    {
        (ImageForm.DockerPlain, _) => MediaTypes.DockerLayerGzip,
        (_, CompressionKind.Gzip) => MediaTypes.OciLayerGzip,
        (_, CompressionKind.Zstd) => MediaTypes.OciLayerZstd,
        _ => MediaTypes.OciLayer,
    };

    /// <summary>Whether a form has a media type for layers that are compressed so.</summary>
    public static bool HasType(ImageForm form, CompressionKind kind) =>
        form == ImageForm.Oci && kind is CompressionKind.None or CompressionKind.Gzip or CompressionKind.Zstd;

    /// <summary>What a manifest says that a Docker manifest has no place for, the names of its fields.</summary>
    public static string[] WhatDockerDrops(RawManifest manifest)
    {
        var root = OciJson.ParseObject(manifest.Bytes, "image manifest");
        var descriptors = OciJson.Array(root, "layers", "image manifest").Append(root.GetProperty("config"));
        return [.. Others(root, ManifestFields)
            .Concat(descriptors.SelectMany(d => Others(d, DescriptorFields).Select(f => $"{f} of a blob"))).Distinct()];
    }

    private static IEnumerable<string> Others(JsonElement element, string[] known) =>
        element.EnumerateObject().Select(p => p.Name).Except(known);
}
