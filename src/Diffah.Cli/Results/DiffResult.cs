using System.Text.Json.Serialization;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations.Story;

namespace Diffah.Cli.Results;

/// <summary>
/// The data of <c>diff --dry-run</c>. The archive's bytes are those of its blobs; savings reckon with the whole file.
/// Both are the most it may come to.
/// </summary>
internal sealed record DiffPlanJson(
    int TotalImages, int TotalBlobs, long ArchiveBytes, IReadOnlyList<DiffPlanImageJson> Images, SavingsJson Savings)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ChosenBaselineJson? ChosenBaseline { get; private init; }

    public static DiffPlanJson Of(DeltaPlan plan) => new(plan.Images.Length, plan.TotalBlobs, plan.EstimatedBytes,
        [.. plan.Images.Select(DiffPlanImageJson.Of)], SavingsJson.Of(plan.ImageBytes, plan.EstimatedArchiveBytes))
    {
        ChosenBaseline = ChosenBaselineJson.Of(plan.ChosenBaseline),
    };
}

/// <summary>A baseline that nobody named, and that was found.</summary>
internal sealed record ChosenBaselineJson(string Reference, string Reason)
{
    public static ChosenBaselineJson? Of(ChosenBaseline? chosen) =>
        chosen is null ? null : new(chosen.Reference.ToString(), chosen.Reason);
}

/// <summary>The same for people.</summary>
internal static class ChosenBaselineText
{
    public static void Write(TextWriter output, ChosenBaseline? chosen)
    {
        if (chosen is not null)
            output.WriteLine($"baseline: {chosen.Reference} ({chosen.Reason})");
    }
}

/// <summary>
/// One image of the plan. Blobs and bytes of the archive are those of its layers; savings reckon with manifest and
/// configuration too.
/// </summary>
internal sealed record DiffPlanImageJson(
    string Name, int ShippedBlobs, long ArchiveBytes, SavingsJson Savings, IReadOnlyList<DiffPlanLayerJson> Layers)
{
    /// <summary>All baselines; left out where there is one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PlannedBaselineJson>? Baselines { get; init; }

    /// <summary>Which of them would be needed: any or all; left out where there is one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? BaselineMode { get; init; }

    public static DiffPlanImageJson Of(PlannedImage image) =>
        new(image.Name, image.ShippedLayers, image.EstimatedLayerBytes,
            SavingsJson.Of(image.ImageBytes, image.EstimatedBytes),
            [.. image.Blobs.Where(b => b.Kind == BlobKind.Layer).Select(DiffPlanLayerJson.Of)])
        {
            Baselines = image.Baselines.Length > 1
                ? [.. image.Baselines.Select(b => new PlannedBaselineJson(
                    b.ManifestDigest, b.SourceHint, b.EstimatedBytes))]
                : null,
            BaselineMode = image.Baselines.Length > 1 ? image.BaselineMode.ToLowerInvariant() : null,
        };
}

/// <summary>One of several baselines: the most that a restore from it would read of the archive.</summary>
internal sealed record PlannedBaselineJson(string ManifestDigest, string SourceHint, long ArchiveBytes);

/// <summary>One layer of the plan; its bytes in the archive are the most that it may take.</summary>
internal sealed record DiffPlanLayerJson(
    string Digest, string Encoding, long TargetSize, long ArchiveSize, string Reason,
    IReadOnlyList<ByteShareJson> Bytes, string? Fallback, string? FallbackDetail)
{
    public static DiffPlanLayerJson Of(PlannedBlob blob) => new(
        blob.Digest, LayerJson.EncodingName(blob.Action), blob.Size, blob.EstimatedBytes, blob.Reason,
        ByteShareJson.Of(blob.Bytes), blob.Fallback, blob.FallbackDetail);
}

/// <summary>The result of <c>diff --dry-run</c> for people.</summary>
internal static class DiffPlanText
{
    public static void Write(TextWriter output, DeltaPlan plan)
    {
        output.WriteLine("dry run: nothing was written");
        ChosenBaselineText.Write(output, plan.ChosenBaseline);
        output.WriteLine($"platform: {plan.Platform}");
        output.WriteLine($"images: {plan.Images.Length}");
        output.WriteLine($"blobs: {plan.TotalBlobs}");
        output.WriteLine($"travels: at most {Human.SizeAndBytes(plan.EstimatedArchiveBytes)} for {Images(plan)} of "
            + $"{Human.SizeAndBytes(plan.ImageBytes)}, at least {Human.Percent(plan.EstimatedSparedRatio)} spared");
        foreach (var image in plan.Images)
            WriteImage(output, image);
    }

    private static void WriteImage(TextWriter output, PlannedImage image)
    {
        output.WriteLine();
        output.WriteLine($"--- image: {image.Name} ---");
        output.WriteLine($"target manifest digest: {image.TargetManifestDigest}");
        output.WriteLine($"baseline manifest digest: {image.BaselineManifestDigest}");
        if (image.Baselines.Length > 1)
        {
            foreach (var baseline in image.Baselines)
                output.WriteLine($"baseline {baseline.SourceHint} ({baseline.ManifestDigest}): a restore would read at "
                    + $"most {baseline.EstimatedBytes} bytes");
            output.WriteLine(image.BaselineMode == nameof(BaselineMode.All)
                ? "all baselines would be needed together"
                : "any one of the baselines would do");
        }
        output.WriteLine($"would ship: {image.ShippedBlobs} blobs, at most {image.EstimatedBytes} bytes");
        var table = new TextTable("BLOB", "KIND", "ACTION", ">SIZE", ">AT MOST", ">CANDIDATES", "WHY");
        foreach (var blob in image.Blobs)
        {
            table.Add(ShortText.DigestAndAlgorithm(blob.Digest), Word(blob.Kind), Word(blob.Action),
                Human.Size(blob.Size), Human.Size(blob.EstimatedBytes),
                blob.Action == nameof(BlobOrigin.Patch) ? $"{blob.Candidates.Length}" : "-", Why(blob));
        }
        table.Write(output, "  ");
        ByteSharesText.Write(output, image.Blobs.Select(b => (b.Digest, b.Bytes.AsEnumerable())));
    }

    private static string Why(PlannedBlob blob) =>
        blob.FallbackDetail is { } detail ? $"{blob.Reason}; not by its content: {detail}" : blob.Reason;

    private static string Images(DeltaPlan plan) =>
        plan.Images.Length == 1 ? "an image" : $"{plan.Images.Length} images";

    private static string Word(string value) => value.ToLowerInvariant();
}

/// <summary>The result of <c>diff</c> for people.</summary>
internal static class DiffText
{
    /// <param name="output">Where to.</param>
    /// <param name="archive">The archive.</param>
    /// <param name="name">The archive, as the command named it.</param>
    /// <param name="elapsed">How long making it took.</param>
    public static void Write(TextWriter output, DeltaArchive archive, string name, TimeSpan elapsed)
    {
        ChosenBaselineText.Write(output, archive.ChosenBaseline);
        if (!archive.LeftOut.IsEmpty)
            output.WriteLine($"left out, since the site has them: {string.Join(", ", archive.LeftOut)}");
        output.WriteLine($"blobs: {archive.BlobCount} (full: {archive.FullCount}, patch: {archive.PatchCount})");
        output.WriteLine($"wrote {name}: {ClosingLine.Of(archive, elapsed)}");
    }
}
