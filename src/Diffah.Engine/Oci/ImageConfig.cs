using System.Collections.Immutable;
using System.Text.Json;

namespace Diffah.Engine.Oci;

/// <summary>The parsed view of an image configuration (OCI image spec, config.md).</summary>
internal sealed class ImageConfig
{
    private ImageConfig(
        Platform? platform, DateTimeOffset? created, ImmutableArray<string?> steps, ImmutableArray<Digest> diffIds) =>
        (Platform, Created, BuildSteps, DiffIds) = (platform, created, steps, diffIds);

    /// <summary>Says nothing: an artifact's.</summary>
    public static ImageConfig None { get; } = new(null, null, [], []);

    /// <summary>The largest configuration that is read, in bytes.</summary>
    public const int MaximumSize = 16 * 1024 * 1024;

    /// <summary>The platform; null where the configuration names none (an artifact, or a hand-made image).</summary>
    public Platform? Platform { get; }

    /// <summary>When the image was made; null where the configuration says no time (RFC 3339).</summary>
    public DateTimeOffset? Created { get; }

    /// <summary>
    /// The build step of each layer, from the history, base first; null for a layer without one. The image's builder
    /// wrote the text: one line of at most 1000 characters. The steps belong to layers only where there are as many
    /// steps as layers.
    /// </summary>
    public ImmutableArray<string?> BuildSteps { get; }

    /// <summary>Digests of the layers' plain tars, base first; empty where the configuration lists none.</summary>
    public ImmutableArray<Digest> DiffIds { get; }

    /// <summary>
    /// What made a layer; null where the history does not line up with the layers, or says nothing of this one.
    /// </summary>
    /// <param name="index">The layer's place, 0 is the base.</param>
    /// <param name="layerCount">How many layers the image has.</param>
    public string? CreatedBy(int index, int layerCount) => BuildSteps.Length == layerCount ? BuildSteps[index] : null;

    /// <summary>Parses a configuration.</summary>
    /// <param name="bytes">The bytes as stored.</param>
    /// <exception cref="Diagnostics.DiffahException">InvalidManifest or InvalidDigest.</exception>
    public static ImageConfig Parse(ReadOnlyMemory<byte> bytes)
    {
        const string what = "image configuration";
        var root = OciJson.ParseObject(bytes, what);
        var os = OciJson.NullIfEmpty(OciJson.OptionalString(root, "os", what));
        var architecture = OciJson.NullIfEmpty(OciJson.OptionalString(root, "architecture", what));
        var platform = os is null || architecture is null
            ? null
            : new Platform(os, architecture, OciJson.NullIfEmpty(OciJson.OptionalString(root, "variant", what)));
        // Nothing depends on the time, so an invalid one is not an error.
        DateTimeOffset? created = root.TryGetProperty("created", out var c) && c.ValueKind == JsonValueKind.String
            && c.TryGetDateTimeOffset(out var time) ? time : null;
        var steps = LayerHistory.Read(root);
        if (!root.TryGetProperty("rootfs", out var rootfs) || rootfs.ValueKind != JsonValueKind.Object)
            return new ImageConfig(platform, created, steps, []);
        return new ImageConfig(platform, created, steps,
            [.. OciJson.Array(rootfs, "diff_ids", what)
                .Select(d => Digest.Parse(d.ValueKind == JsonValueKind.String ? d.GetString() : null))]);
    }
}
