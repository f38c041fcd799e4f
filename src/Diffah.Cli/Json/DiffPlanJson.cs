using Diffah.Engine.Deltas.Reports;

namespace Diffah.Cli.Json;

/// <summary>
/// The data of <c>diff --dry-run</c>. The archive's bytes are those of its blobs; savings reckon with the whole file. Both are
/// the most it may come to.
/// </summary>
internal sealed record DiffPlanJson(
    int TotalImages, int TotalBlobs, long ArchiveBytes, IReadOnlyList<DiffPlanImageJson> Images, SavingsJson Savings)
{
    public static DiffPlanJson Of(DeltaPlan plan) => new(plan.Images.Length, plan.TotalBlobs, plan.EstimatedBytes,
        [.. plan.Images.Select(DiffPlanImageJson.Of)], SavingsJson.Of(plan.ImageBytes, plan.EstimatedArchiveBytes));
}

/// <summary>
/// One image of the plan. Blobs and bytes of the archive are those of its layers; savings reckon with manifest and configuration too.
/// </summary>
internal sealed record DiffPlanImageJson(string Name, int ShippedBlobs, long ArchiveBytes, SavingsJson Savings)
{
    public static DiffPlanImageJson Of(PlannedImage image) =>
        new(image.Name, image.ShippedLayers, image.EstimatedLayerBytes,
            SavingsJson.Of(image.ImageBytes, image.EstimatedBytes));
}
