using Diffah.Engine.Oci;

namespace Diffah.Engine.Transports.Containerd;

/// <summary>
/// The labels by which containerd's garbage collector goes from a manifest or an index to what it lists, named as
/// containerd's own client names them.
/// </summary>
internal static class GcLabels
{
    private const string Prefix = "containerd.io/gc.ref.content.";
    private const string Config = "config";

    /// <summary>The labels of a manifest or an index.</summary>
    /// <param name="raw">The manifest or index.</param>
    public static IReadOnlyDictionary<string, string> Of(RawManifest raw)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var child in ChildrenOf(raw))
        {
            var kind = KindOf(child.MediaType);
            var number = counts.GetValueOrDefault(kind);
            counts[kind] = number + 1;
            // There is one configuration.
            var key = kind == Config && number == 0 ? kind : $"{kind}{number}";
            labels.Add(Prefix + key, child.Digest.ToString());
        }
        return labels;
    }

    private static IEnumerable<Descriptor> ChildrenOf(RawManifest raw)
    {
        if (MediaTypes.IsIndex(raw.MediaType))
            return ImageIndex.Parse(raw).Manifests;
        var manifest = ImageManifest.Parse(raw);
        return manifest.Layers.Prepend(manifest.Config);
    }

    private static string KindOf(string mediaType) =>
        MediaTypes.IsConfig(mediaType) ? Config
        : MediaTypes.IsManifest(mediaType) ? "m."
        : MediaTypes.IsLayer(mediaType) || MediaTypes.IsForeignLayer(mediaType) ? "l."
        : "";
}
