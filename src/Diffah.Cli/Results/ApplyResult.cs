using System.Text.Json.Serialization;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Operations;
using Diffah.Engine.Operations.Story;

namespace Diffah.Cli.Results;

/// <summary>The data of <c>apply</c>: the images that were rebuilt.</summary>
internal sealed record ApplyJson(string Archive, IReadOnlyList<AppliedImageJson> Images)
{
    public static ApplyJson Of(RestoredImage image, string name) => new(name, [AppliedImageJson.Of(image)]);
}

/// <summary>One image that was rebuilt. Full, patch and baseline layers add up to all layers.</summary>
internal sealed record AppliedImageJson(
    string Name, string Destination, string ManifestDigest, string MediaType, string? ImageId,
    IReadOnlyList<string> Platforms, int ReferrerCount,
    int LayerCount, int FullLayerCount, int PatchLayerCount, int BaselineLayerCount, long ImageBytes,
    ConversionJson? Conversion, SavingsJson Savings)
{
    public static AppliedImageJson Of(RestoredImage image) => new(
        image.Name, image.Destination, image.ManifestDigest, image.MediaType, image.ImageId,
        image.Platforms, image.ReferrerCount,
        image.LayerCount, image.FullLayerCount, image.PatchedLayerCount, image.BaselineLayerCount, image.ImageBytes,
        ConversionJson.Of(image.Conversion), SavingsJson.Of(image.ImageBytes, image.ArchiveBytes));
}

/// <summary>
/// The data of <c>apply --dry-run</c> and <c>unbundle --dry-run</c>: the archive's head, and what would become of each
/// image.
/// </summary>
internal sealed record ApplyPlanJson : ArchiveHeadJson
{
    private ApplyPlanJson(DeltaArchive archive, string name, IEnumerable<PlannedRestore> images)
        : base(archive, archive.ImageBytes, name) =>
        (ArchiveBytes, Images) = (archive.ArchiveBytes, [.. images.Select(ApplyPlanImageJson.Of)]);

    /// <summary>Size of the archive file.</summary>
    [JsonPropertyOrder(1)]
    public long ArchiveBytes { get; }

    [JsonPropertyOrder(1)]
    public IReadOnlyList<ApplyPlanImageJson> Images { get; }

    public static ApplyPlanJson Of(RestorePlan plan, string name) => new(plan.Archive, name, plan.Images);
}

/// <summary>One image of the plan. The problem says why it would not be restored; null where it would.</summary>
internal sealed record ApplyPlanImageJson(
    string Name, string BaselineManifestDigest, string TargetManifestDigest, bool BaselineProvided, bool WouldImport,
    int LayerCount, int ArchiveLayerCount, int PatchLayerCount, int BaselineLayerCount,
    string? Destination, bool WouldConvert, ErrorJson? Problem)
{
    public static ApplyPlanImageJson Of(PlannedRestore image) => new(
        image.Name, image.BaselineManifestDigest, image.TargetManifestDigest, image.BaselineProvided, image.WouldImport,
        image.LayerCount, image.ArchiveLayerCount, image.PatchLayerCount, image.BaselineLayerCount,
        image.Destination, image.WouldConvert, image.Problem is { } problem ? ErrorJson.Of(problem) : null);
}

/// <summary>The results of <c>apply</c>, dry and real, and of <c>unbundle --dry-run</c>, for people.</summary>
internal static class ApplyText
{
    public static void Write(TextWriter output, RestoredImage image, TimeSpan elapsed)
    {
        output.WriteLine($"manifest digest: {image.ManifestDigest} ({image.MediaType})");
        StoreText.Write(output, image.Destination, image.ImageId);
        if (!image.Platforms.IsEmpty)
            output.WriteLine($"platforms: {string.Join(", ", image.Platforms)}");
        if (image.ReferrerCount > 0)
            output.WriteLine($"referrers: {image.ReferrerCount}");
        output.WriteLine(
            $"layers: {image.LayerCount} (baseline: {image.BaselineLayerCount}, patch: {image.PatchedLayerCount}, "
            + $"full: {image.FullLayerCount})");
        ConversionText.Write(output, image.Conversion);
        output.WriteLine($"wrote {image.Destination}: {ClosingLine.Of(image, elapsed)}");
    }

    public static void WritePlan(TextWriter output, RestorePlan plan, string name)
    {
        output.WriteLine("dry run: nothing was written");
        ArchiveHeadText.Write(output, plan.Archive, name);
        foreach (var image in plan.Images)
            WriteImage(output, image);
    }

    private static void WriteImage(TextWriter output, PlannedRestore image)
    {
        output.WriteLine();
        output.WriteLine($"--- image: {image.Name} ---");
        output.WriteLine($"destination: {image.Destination ?? "not given"}");
        output.WriteLine($"target manifest digest: {image.TargetManifestDigest}");
        output.WriteLine($"baseline manifest digest: {image.BaselineManifestDigest}");
        output.WriteLine($"baseline provided: {(image.BaselineProvided ? "yes" : "no")}");
        output.WriteLine($"would import: {(image.WouldImport ? image.WouldConvert ? "yes, converted" : "yes" : "no")}");
        output.WriteLine(
            $"layers: {image.LayerCount} (baseline: {image.BaselineLayerCount}, archive: {image.ArchiveLayerCount}, "
            + $"of these patches: {image.PatchLayerCount})");
        if (image.Problem is { } problem)
            ErrorText.WriteProblem(output, problem);
    }
}
