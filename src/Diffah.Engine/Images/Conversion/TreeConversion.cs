using System.Collections.Immutable;
using System.Text.Json;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images.Conversion;

/// <summary>
/// Brings an image, or an index with all its images, into a form. What is in it already stays as it is.
/// </summary>
/// <param name="tree">What is converted.</param>
/// <param name="destination">What it is converted for; its transport wants a form. Nothing is written there.</param>
/// <param name="context">What may be used.</param>
internal sealed class TreeConversion(ImageTree tree, IImageDestination destination, TransportContext context)
{
    private readonly ImageForm _form = destination.Transport.Traits.Form!.Value;
    private readonly Dictionary<Digest, ReadOnlyMemory<byte>> _configs = [];
    private readonly Dictionary<Digest, Digest> _configDigests = [];
    private readonly Dictionary<Digest, RawManifest> _written = [];
    private IReadOnlyDictionary<Digest, ConvertedBlob> _layers = ImmutableDictionary<Digest, ConvertedBlob>.Empty;

    /// <summary>
    /// What makes contents here uses all processors; what reads layers, no more than the destination would.
    /// </summary>
    private int Concurrency => tree.Source is IContentImageSource
        ? Math.Max(Environment.ProcessorCount, destination.Transport.MaximumConcurrency)
        : destination.Transport.MaximumConcurrency;

    /// <summary>Converts all that needs it.</summary>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DiffahException">ConversionRefused, and what <see cref="LayerConverter"/> throws.</exception>
    public async Task<FittedImage> RunAsync(CancellationToken cancellationToken)
    {
        var images = tree.Manifests.Images.Where(i => ConversionRules.IsConcerned(i, _form)).ToImmutableArray();
        var layers = new List<(Descriptor, Digest)>();
        foreach (var image in images)
            layers.AddRange(image.Layers.Zip(await ReadDiffIdsAsync(image, cancellationToken)));
        _layers = await new LayerConverter(
            tree.Source, _form, context).RunAsync(layers, Concurrency, cancellationToken);
        foreach (var manifest in tree.Manifests.Manifests)
            _written[manifest.Digest] = Write(manifest);
        var converted = await ImageTree.OpenAsync(Source(), cancellationToken);
        return new FittedImage(converted, Describe(converted.Manifests.Root, images));
    }

    private async Task<ImmutableArray<Digest>> ReadDiffIdsAsync(
        ImageManifest image, CancellationToken cancellationToken)
    {
        var (bytes, config) = tree.Image is { } only
            ? (only.ConfigBytes, only.Config)
            : await Image.ReadConfigAsync(tree.Source, image, cancellationToken);
        ImageConverter.RequireConvertible(image, config, destination.Reference);
        // A Docker archive gives a configuration back under its SHA-256, whatever the image called it.
        var digest = _form == ImageForm.DockerPlain ? Digest.Compute(bytes!.Value.Span) : image.Config.Digest;
        (_configs[digest], _configDigests[image.Config.Digest]) = (bytes!.Value, digest);
        return config.DiffIds;
    }

    private RawManifest Write(RawManifest manifest)
    {
        if (MediaTypes.IsIndex(manifest.MediaType))
            return WriteIndex(manifest);
        var image = ImageManifest.Parse(manifest);
        if (!ConversionRules.IsConcerned(image, _form))
            return manifest;
        var config = new Descriptor(
            ConversionRules.ConfigType(_form), _configDigests[image.Config.Digest], image.Config.Size);
        var layers = image.Layers.Select(l => _layers[l.Digest].After);
        if (_form == ImageForm.Oci)
            return ManifestBytes.Oci(
                config, layers, Annotations(OciJson.ParseObject(manifest.Bytes, "image manifest")));
        WarnOfLosses(manifest);
        return ManifestBytes.Docker(config, layers);
    }

    /// <summary>An OCI index none of whose images changed keeps its bytes.</summary>
    private RawManifest WriteIndex(RawManifest manifest)
    {
        var listed = ImageIndex.Parse(manifest).Manifests;
        if (manifest.MediaType == MediaTypes.OciIndex && listed.All(m => _written[m.Digest].Digest == m.Digest))
            return manifest;
        var root = OciJson.ParseObject(manifest.Bytes, "image index");
        var entries = OciJson.Array(root, "manifests", "image index");
        return ManifestBytes.OciIndex(
            listed.Zip(entries, (m, entry) => (_written[m.Digest].Descriptor, entry)), Annotations(root));
    }

    private ConvertedImageSource Source() => new(
        tree.Source, _written[tree.Manifests.Root.Digest],
        _written.Values.DistinctBy(m => m.Digest).ToDictionary(m => m.Digest),
        _configs, _layers.Values.DistinctBy(l => l.After.Digest).ToDictionary(l => l.After.Digest));

    private ImageConversion Describe(RawManifest root, ImmutableArray<ImageManifest> images)
    {
        var layers = images.SelectMany(i => i.Layers);
        var shown = tree.Image is null ? layers.DistinctBy(l => l.Digest) : layers;
        return new ImageConversion(tree.Manifests.Root.Digest.ToString(), tree.Manifests.Root.MediaType,
            root.Digest.ToString(), root.MediaType, [.. shown.Select(Describe)]);
    }

    private ConvertedLayer Describe(Descriptor before)
    {
        var after = _layers[before.Digest].After;
        return new ConvertedLayer(
            before.Digest.ToString(), before.MediaType, after.Digest.ToString(), after.MediaType, after.Size);
    }

    private void WarnOfLosses(RawManifest manifest)
    {
        if (ConversionRules.WhatDockerDrops(manifest) is { Length: > 0 } dropped)
            context.Events.For("images")
                .Warn(
                    $"{destination.Transport.Traits.Prefix} has no place for some of what the manifest "
                        + $"{manifest.Digest} says; dropped: {ShortText.List(dropped)}.");
    }

    private static JsonElement? Annotations(JsonElement root) =>
        root.TryGetProperty("annotations", out var annotations) ? annotations : null;
}
