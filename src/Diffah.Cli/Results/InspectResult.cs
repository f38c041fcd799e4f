using System.Globalization;
using System.Text.Json.Serialization;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Results;

/// <summary>The data of <c>inspect</c>, and of <c>diff</c> about the archive it wrote.</summary>
internal sealed record InspectJson : ArchiveHeadJson
{
    private InspectJson(DeltaArchive archive, string name, bool withFiles)
        : base(archive, archive.ImageBytes, name) =>
        (Images, ChosenBaseline, LeftOut) = (
            [.. archive.Images.Select(i => InspectImageJson.Of(i, withFiles))],
            ChosenBaselineJson.Of(archive.ChosenBaseline), archive.LeftOut.IsEmpty ? null : archive.LeftOut);

    [JsonPropertyOrder(1)]
    public IReadOnlyList<InspectImageJson> Images { get; }

    /// <summary>The indexes that are restored; left out where there are none.</summary>
    [JsonPropertyOrder(1)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<InspectIndexJson>? Indexes { get; private init; }

    /// <summary>What refers to images and indexes; left out where there is nothing.</summary>
    [JsonPropertyOrder(1)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<InspectReferrerJson>? Referrers { get; private init; }

    /// <summary>What <c>diff</c> chose; never what an archive says.</summary>
    [JsonPropertyOrder(2)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ChosenBaselineJson? ChosenBaseline { get; }

    /// <summary>What <c>bundle</c> left out since the site has it; never what an archive says.</summary>
    [JsonPropertyOrder(3)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? LeftOut { get; }

    /// <param name="archive">The archive.</param>
    /// <param name="name">The archive, as the command named it.</param>
    /// <param name="withFiles">Whether the files of layers are listed.</param>
    public static InspectJson Of(DeltaArchive archive, string name, bool withFiles) => new(archive, name, withFiles)
    {
        Indexes = archive.Indexes.IsEmpty ? null : [.. archive.Indexes.Select(InspectIndexJson.Of)],
        Referrers = archive.Referrers.IsEmpty ? null : [.. archive.Referrers.Select(InspectReferrerJson.Of)],
    };
}

/// <summary>An index, with the names of its images and what they are for.</summary>
internal sealed record InspectIndexJson(
    string Name, string ManifestDigest, string MediaType, IReadOnlyList<string> Images, IReadOnlyList<string> Platforms)
{
    public static InspectIndexJson Of(DeltaArchiveIndex index) =>
        new(index.Name, index.ManifestDigest, index.MediaType, index.Images, index.Platforms);
}

/// <summary>A signature, an SBOM or an attestation, and what it says something of.</summary>
internal sealed record InspectReferrerJson(string ManifestDigest, string SubjectDigest, string ArtifactType)
{
    public static InspectReferrerJson Of(DeltaArchiveReferrer referrer) =>
        new(referrer.ManifestDigest, referrer.SubjectDigest, referrer.ArtifactType);
}

/// <summary>One image of an archive.</summary>
internal sealed record InspectImageJson(
    string Name, TargetJson Target, BaselineJson Baseline, int LayerCount, int ArchiveLayerCount,
    IReadOnlyList<LayerJson> Layers,
    IReadOnlyList<TopSavingJson> TopSavings, IReadOnlyList<WasteJson> Waste, SizeHistogramJson SizeHistogram,
    SavingsJson Savings, IReadOnlyList<string> BaselineReads, long? BaselineReadBytes)
{
    /// <summary>All baselines; left out where there is one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<BaselineChoiceJson>? Baselines { get; init; }

    /// <summary>Which of them are needed: any or all; left out where there is one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? BaselineMode { get; init; }

    /// <summary>What the image changes of its baseline; left out where nobody asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CompareJson? Changes { get; init; }

    public static InspectImageJson Of(DeltaArchiveImage image, bool withFiles) => new(
        image.Name,
        new TargetJson(image.TargetManifestDigest, image.TargetMediaType),
        new BaselineJson(image.BaselineManifestDigest, image.BaselineMediaType, image.BaselineSourceHint),
        image.LayerCount,
        image.ArchiveLayerCount,
        [.. image.Layers.Select(l => LayerJson.Of(l, withFiles))],
        [.. image.TopSavings.Select(l => new TopSavingJson(l.Digest, l.SparedBytes, l.SparedRatio))],
        [.. image.Waste.Select(w => new WasteJson(w.Kind, w.Digest, w.ArchiveSize, w.TargetSize, w.Advice))],
        new SizeHistogramJson(Engine.Deltas.Reports.SizeHistogram.Buckets, image.SizeHistogram.Counts),
        SavingsJson.Of(image.ImageBytes, image.ArchiveBytes), image.BaselineReads, image.BaselineReadBytes)
    {
        Baselines = image.Baselines.Length > 1 ? [.. image.Baselines.Select(BaselineChoiceJson.Of)] : null,
        BaselineMode = image.Baselines.Length > 1 ? image.BaselineMode.ToLowerInvariant() : null,
        Changes = image.Changes is { } changes
            ? CompareJson.Of(new ComparedPair(changes.Summary, changes.Differences))
            : null,
    };
}

/// <summary>The manifest of an image.</summary>
internal sealed record TargetJson(string ManifestDigest, string MediaType);

/// <summary>The manifest of the image that a delta was made from.</summary>
internal sealed record BaselineJson(string ManifestDigest, string MediaType, string SourceHint);

/// <summary>
/// One of several baselines: bytes of its layers, and of the archive, that a restore from it reads.
/// </summary>
internal sealed record BaselineChoiceJson(
    string ManifestDigest, string MediaType, string SourceHint, long? ReadBytes, long? FetchBytes)
{
    public static BaselineChoiceJson Of(DeltaArchiveBaseline baseline) => new(
        baseline.ManifestDigest, baseline.MediaType, baseline.SourceHint, baseline.ReadBytes, baseline.FetchBytes);
}

/// <summary>
/// One layer; the encoding is full, patch or baseline_only. A layer that is not a patch is patched from "". Files are
/// null where nobody asked for them.
/// </summary>
internal sealed record LayerJson(
    string Digest, string Encoding, long TargetSize, long ArchiveSize, long SavedBytes, double Ratio, string PatchFrom,
    string? CreatedBy, string? Content, string? Encoder, IReadOnlyList<LayerSourceJson> Sources,
    IReadOnlyList<ByteShareJson> Bytes, string? Fallback, string? FallbackDetail, IReadOnlyList<LayerFileJson>? Files)
{
    public static LayerJson Of(DeltaArchiveLayer layer, bool withFiles) =>
        new(layer.Digest, EncodingName(layer.Encoding), layer.TargetSize, layer.ArchiveSize, layer.SparedBytes,
            layer.Ratio,
            layer.PatchFrom ?? "", layer.CreatedBy, layer.ContentDigest, layer.Encoder,
            [.. layer.Sources.Select(s => new LayerSourceJson(s.Digest, s.Size))], ByteShareJson.Of(layer.Bytes),
            layer.Fallback, layer.FallbackDetail,
            withFiles ? [.. layer.Files.Select(LayerFileJson.Of)] : null);

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

/// <summary>The result of <c>inspect</c> for people.</summary>
internal static class InspectText
{
    private const int WidestBar = 30;
    private const int BuildStepWidth = 40;

    /// <param name="output">Where to.</param>
    /// <param name="archive">The archive.</param>
    /// <param name="name">The archive, as the command named it.</param>
    /// <param name="withFiles">Whether the files of layers are listed.</param>
    public static void Write(TextWriter output, DeltaArchive archive, string name, bool withFiles)
    {
        ArchiveHeadText.Write(output, archive, name);
        foreach (var image in archive.Images)
            WriteImage(output, image, withFiles);
    }

    private static void WriteImage(TextWriter output, DeltaArchiveImage image, bool withFiles)
    {
        output.WriteLine();
        output.WriteLine($"--- image: {image.Name} ---");
        output.WriteLine($"target manifest digest: {image.TargetManifestDigest} ({image.TargetMediaType})");
        output.WriteLine($"baseline manifest digest: {image.BaselineManifestDigest} ({image.BaselineMediaType})");
        if (image.BaselineSourceHint.Length > 0)
            output.WriteLine($"baseline source: {image.BaselineSourceHint}");
        WriteBaselines(output, image);
        output.WriteLine($"layers: {image.LayerCount} ({image.ArchiveLayerCount} in the archive)");
        output.WriteLine($"travels: {Human.Size(image.ArchiveBytes)} of {Human.Size(image.ImageBytes)}, "
            + $"{Human.Percent(image.SparedRatio)} spared");
        WriteReads(output, image);
        WriteLayers(output, image);
        ByteSharesText.Write(output, image.Layers.Select(l => (l.Digest, l.Bytes.AsEnumerable())));
        WriteMaking(output, image);
        if (withFiles)
            ByteSharesText.WriteFiles(output, image.Layers);
        WriteTopSavings(output, image);
        WriteWaste(output, image);
        WriteHistogram(output, image.SizeHistogram);
        if (image.Changes is { } changes)
            WriteChanges(output, changes);
    }

    private static void WriteBaselines(TextWriter output, DeltaArchiveImage image)
    {
        if (image.Baselines.Length < 2)
            return;
        output.WriteLine(image.BaselineMode == nameof(BaselineMode.All)
            ? "baselines, all of which are needed:"
            : "baselines, any one of which will do:");
        var table = new TextTable("BASELINE", "SOURCE", ">READS OF IT", ">OF THE ARCHIVE");
        foreach (var baseline in image.Baselines)
            table.Add(ShortText.DigestAndAlgorithm(baseline.ManifestDigest), baseline.SourceHint,
                baseline.ReadBytes is { } read ? Human.Size(read) : "-",
                baseline.FetchBytes is { } fetched ? Human.Size(fetched) : "-");
        table.Write(output, "  ");
    }

    private static void WriteChanges(TextWriter output, DeltaChanges changes)
    {
        output.WriteLine();
        output.WriteLine($"changes of {changes.Summary.ReferenceImage}:");
        CompareText.Write(output, new ComparedPair(changes.Summary, changes.Differences));
    }

    private static void WriteLayers(TextWriter output, DeltaArchiveImage image)
    {
        var table = new TextTable("LAYER", "ENCODING", ">SIZE", ">IN ARCHIVE", ">SPARED", "PATCHED FROM", "CREATED BY");
        foreach (var layer in image.Layers)
        {
            table.Add(ShortText.DigestAndAlgorithm(layer.Digest), LayerJson.EncodingName(layer.Encoding),
                Human.Size(layer.TargetSize), Human.Size(layer.ArchiveSize),
                Human.Percent(layer.SparedRatio),
                layer.PatchFrom is { } from ? ShortText.DigestAndAlgorithm(from) : "",
                ShortText.BuildStep(layer.CreatedBy, BuildStepWidth));
        }
        table.Write(output, "  ");
    }

    private static void WriteReads(TextWriter output, DeltaArchiveImage image)
    {
        if (image.BaselineReads.IsEmpty)
            return;
        var layers = $"{image.BaselineReads.Length} layer{(image.BaselineReads.Length == 1 ? "" : "s")}";
        output.WriteLine(image.BaselineReadBytes is { } bytes
            ? $"a restore reads: {layers} of the baseline, {Human.Size(bytes)}"
            : $"a restore reads: {layers} of the baseline");
    }

    /// <summary>How layers of contents are made, and why others are not.</summary>
    private static void WriteMaking(TextWriter output, DeltaArchiveImage image)
    {
        var told = image.Layers.Where(l => l.ContentDigest is not null || l.Fallback is not null).ToArray();
        if (told.Length == 0)
            return;
        output.WriteLine("made of contents:");
        foreach (var layer in told)
            output.WriteLine($"  {ShortText.DigestAndAlgorithm(layer.Digest)}  {Making(layer)}");
    }

    private static string Making(DeltaArchiveLayer layer)
    {
        if (layer.Fallback is { } reason)
            return $"no ({reason}): {layer.FallbackDetail}";
        var isOwn = layer.Bytes.Any(b => b.Kind == ByteKind.Reused);
        var sources = isOwn ? "the baseline has its content"
            : $"of {layer.Sources.Length} content{(layer.Sources.Length == 1 ? "" : "s")} of the baseline";
        return layer.Encoder is { } encoder ? $"{sources}; compressed by {encoder}" : sources;
    }

    private static void WriteTopSavings(TextWriter output, DeltaArchiveImage image)
    {
        if (image.TopSavings.IsEmpty)
            return;
        output.WriteLine("top savings:");
        foreach (var layer in image.TopSavings)
            output.WriteLine(
                $"  {ShortText.DigestAndAlgorithm(layer.Digest)}  {Human.Size(layer.SparedBytes)} "
                    + $"({Human.Percent(layer.SparedRatio)})");
    }

    private static void WriteWaste(TextWriter output, DeltaArchiveImage image)
    {
        if (image.Waste.IsEmpty)
            return;
        output.WriteLine("waste:");
        foreach (var layers in image.Waste.GroupBy(w => w.Advice))
        {
            foreach (var layer in layers)
                output.WriteLine(
                    $"  {ShortText.DigestAndAlgorithm(layer.Digest)}  {layer.Kind}: "
                        + $"{Human.Size(layer.ArchiveSize)} in the archive for {Human.Size(layer.TargetSize)}");
            output.WriteLine($"    {layers.Key}");
        }
    }

    private static void WriteHistogram(TextWriter output, SizeHistogram histogram)
    {
        output.WriteLine("layer sizes:");
        var (most, widest) = (Math.Max(1, histogram.Counts.Max()), SizeHistogram.Buckets.Max(b => b.Length));
        foreach (var (bucket, count) in SizeHistogram.Buckets.Zip(histogram.Counts))
        {
            var bar = new string('#', (int)Math.Ceiling((double)count * Math.Min(WidestBar, most) / most));
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  {bucket.PadRight(widest)}  {count,3}  {bar}").TrimEnd());
        }
    }
}
