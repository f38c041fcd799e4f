using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.OciDelta;

/// <summary>
/// A delta of containers/oci-delta (its README, "Delta file format"): an artifact with the manifest and configuration
/// of the image that it makes, and its changed layers, whole or as tar-diff patches. What docs/oci-delta.md says is all
/// that is read of it.
/// </summary>
internal sealed class OciDeltaArtifact
{
    private const string ArtifactType = "application/vnd.io.github.containers.oci-delta.v1";
    private const string TarDiffType = "application/vnd.tar-diff";
    private const string Prefix = "io.github.containers.delta.";
    private const string What = "oci-delta's manifest";

    private OciDeltaArtifact(
        IImageSource source, ImageManifest target, ReadOnlyMemory<byte> configBytes, ImageConfig config) =>
        (Source, Target, ConfigBytes, Config) = (source, target, configBytes, config);

    /// <summary>Where it lies; not owned.</summary>
    public IImageSource Source { get; }

    /// <summary>The manifest of the image that it makes.</summary>
    public ImageManifest Target { get; }

    /// <summary>The image's configuration as stored.</summary>
    public ReadOnlyMemory<byte> ConfigBytes { get; }

    /// <summary>What the configuration says.</summary>
    public ImageConfig Config { get; }

    /// <summary>Digests of the manifest and of the configuration of the image that it is made from, where it says
    /// them.</summary>
    public (Digest? Manifest, Digest? Config) Baseline { get; private init; }

    /// <summary>Blobs that are the image's layers as they are, by the layers' digests.</summary>
    public required ImmutableDictionary<Digest, Descriptor> Whole { get; init; }

    /// <summary>Patches, by the digests of the layers that they make.</summary>
    public required ImmutableDictionary<Digest, Descriptor> Patches { get; init; }

    /// <summary>Bytes of all its blobs.</summary>
    public long Bytes { get; private init; }

    /// <summary>The manifest of the delta that a source has; null where it has something else.</summary>
    /// <param name="source">The source.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DiffahException">What reading manifests throws.</exception>
    public static async Task<RawManifest?> FindAsync(IImageSource source, CancellationToken cancellationToken)
    {
        var root = await source.GetManifestAsync(null, cancellationToken);
        if (MediaTypes.IsIndex(root.MediaType) && ImageIndex.Parse(root).Manifests is [var only])
            root = await source.GetManifestAsync(only.Digest, cancellationToken);
        return OciJson.OptionalString(OciJson.ParseObject(root.Bytes, What), "artifactType", What) == ArtifactType
            ? root
            : null;
    }

    /// <summary>Reads a delta.</summary>
    /// <param name="source">Where it lies; must outlive it.</param>
    /// <param name="root">Its manifest.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DiffahException">ArchiveInvalid, and what reading manifests and blobs throws.</exception>
    public static async Task<OciDeltaArtifact> ReadAsync(
        IImageSource source, RawManifest root, CancellationToken cancellationToken)
    {
        var artifact = ImageManifest.Parse(root);
        var annotations = OciJson.Annotations(OciJson.ParseObject(root.Bytes, What), What);
        var manifest = await ReadManifestAsync(source, One(source, artifact, "image-manifest"), cancellationToken);
        if (annotations?.GetValueOrDefault(Prefix + "target") is { } said && said != manifest.Digest.ToString())
            throw OciDeltaErrors.Invalid(source.Reference.Shown,
                $"it says that it makes {ShortText.Cut(said, 80)}, and has the manifest {manifest.Digest}");
        var stored = One(source, artifact, "image-config");
        if (stored.Digest != manifest.Config.Digest)
            throw OciDeltaErrors.Invalid(source.Reference.Shown,
                $"it has the configuration {stored.Digest}, and the image's is {manifest.Config.Digest}");
        var bytes = await source.ReadBlobAsync(stored, ImageConfig.MaximumSize, cancellationToken);
        var config = ImageConfig.Parse(bytes);
        if (config.DiffIds.Length != manifest.Layers.Length)
            throw OciDeltaErrors.Invalid(source.Reference.Shown,
                $"the image has {manifest.Layers.Length} layers, and its configuration lists {config.DiffIds.Length}");
        var layers = artifact.Layers.Where(l => Content(l) == "image-layer").ToList();
        return new OciDeltaArtifact(source, manifest, bytes, config)
        {
            Baseline = (DigestOf(annotations, "source"), DigestOf(annotations, "source-config")),
            Whole = ByTarget(source, layers.Where(l => l.MediaType != TarDiffType)),
            Patches = ByTarget(source, layers.Where(l => l.MediaType == TarDiffType)),
            Bytes = artifact.Raw.Bytes.Length + artifact.Layers.DistinctBy(l => l.Digest).Sum(l => l.Size),
        };
    }

    private static async Task<ImageManifest> ReadManifestAsync(
        IImageSource source, Descriptor stored, CancellationToken cancellationToken)
    {
        var bytes = await source.ReadBlobAsync(stored, RawManifest.MaximumSize, cancellationToken);
        return ImageManifest.Parse(
            new RawManifest(bytes, ImageManifest.DetectMediaType(bytes, stored.MediaType), stored.Digest));
    }

    private static string? Content(Descriptor layer) => layer.Annotations?.GetValueOrDefault(Prefix + "content");

    private static Descriptor One(IImageSource source, ImageManifest artifact, string content) =>
        artifact.Layers.Where(l => Content(l) == content).ToList() is [var only]
            ? only
            : throw OciDeltaErrors.Invalid(source.Reference.Shown, $"it has not just one {content}");

    private static ImmutableDictionary<Digest, Descriptor> ByTarget(IImageSource source, IEnumerable<Descriptor> layers)
    {
        var found = ImmutableDictionary.CreateBuilder<Digest, Descriptor>();
        foreach (var layer in layers)
        {
            var to = DigestOf(layer.Annotations, "to") ?? throw OciDeltaErrors.Invalid(
                source.Reference.Shown, $"{layer.Digest} does not say which layer it makes");
            found[to] = layer;
        }
        return found.ToImmutable();
    }

    private static Digest? DigestOf(ImmutableSortedDictionary<string, string>? annotations, string name) =>
        annotations?.GetValueOrDefault(Prefix + name) is { } text ? Digest.Parse(text) : null;
}
