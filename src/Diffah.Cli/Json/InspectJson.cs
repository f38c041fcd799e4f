using System.Text.Json.Serialization;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Reports;

namespace Diffah.Cli.Json;

/// <summary>The data of <c>inspect</c>, and of <c>diff</c> about the archive it wrote.</summary>
internal sealed record InspectJson : ArchiveHeadJson
{
    private InspectJson(DeltaArchive archive, string name)
        : base(archive, archive.ImageBytes, name) => Images = [.. archive.Images.Select(InspectImageJson.Of)];

    [JsonPropertyOrder(1)]
    public IReadOnlyList<InspectImageJson> Images { get; }

    /// <param name="archive">The archive.</param>
    /// <param name="name">The archive, as the command named it.</param>
    public static InspectJson Of(DeltaArchive archive, string name) => new(archive, name);
}

/// <summary>One image of an archive.</summary>
internal sealed record InspectImageJson(
    string Name, TargetJson Target, BaselineJson Baseline, int LayerCount, int ArchiveLayerCount, IReadOnlyList<LayerJson> Layers,
    IReadOnlyList<TopSavingJson> TopSavings, IReadOnlyList<WasteJson> Waste, SizeHistogramJson SizeHistogram,
    SavingsJson Savings)
{
    public static InspectImageJson Of(DeltaArchiveImage image) => new(
        image.Name,
        new TargetJson(image.TargetManifestDigest, image.TargetMediaType),
        new BaselineJson(image.BaselineManifestDigest, image.BaselineMediaType, image.BaselineSourceHint),
        image.LayerCount,
        image.ArchiveLayerCount,
        [.. image.Layers.Select(LayerJson.Of)],
        [.. image.TopSavings.Select(l => new TopSavingJson(l.Digest, l.SparedBytes, l.SparedRatio))],
        [.. image.Waste.Select(w => new WasteJson(w.Kind, w.Digest, w.ArchiveSize, w.TargetSize, w.Advice))],
        new SizeHistogramJson(Engine.Deltas.Reports.SizeHistogram.Buckets, image.SizeHistogram.Counts),
        SavingsJson.Of(image.ImageBytes, image.ArchiveBytes));
}

/// <summary>The manifest of an image.</summary>
internal sealed record TargetJson(string ManifestDigest, string MediaType);

/// <summary>The manifest of the image that a delta was made from.</summary>
internal sealed record BaselineJson(string ManifestDigest, string MediaType, string SourceHint);

/// <summary>One layer; the encoding is full, patch or baseline_only. A layer that is not a patch is patched from "".</summary>
internal sealed record LayerJson(
    string Digest, string Encoding, long TargetSize, long ArchiveSize, long SavedBytes, double Ratio, string PatchFrom,
    string? CreatedBy)
{
    public static LayerJson Of(DeltaArchiveLayer layer) =>
        new(layer.Digest, EncodingName(layer.Encoding), layer.TargetSize, layer.ArchiveSize, layer.SparedBytes, layer.Ratio,
            layer.PatchFrom ?? "", layer.CreatedBy);

    public static string EncodingName(string encoding) => encoding switch
    {
        nameof(BlobOrigin.Full) => "full",
        nameof(BlobOrigin.Patch) => "patch",
        _ => "baseline_only",
    };
}

/// <summary>A layer of which much is spared; the ratio is a fraction of the layer.</summary>
internal sealed record TopSavingJson(string Digest, long SavedBytes, double SavedRatio);

/// <summary>A layer that costs more than it might, and what would have helped.</summary>
internal sealed record WasteJson(string Kind, string Digest, long ArchiveSize, long TargetSize, string Advice);

/// <summary>How many layers fall into each class of size.</summary>
internal sealed record SizeHistogramJson(IReadOnlyList<string> Buckets, IReadOnlyList<int> Counts);
