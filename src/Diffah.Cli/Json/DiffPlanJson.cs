using Diffah.Engine.Deltas.Model;

namespace Diffah.Cli.Json;

/// <summary>The data of <c>diff --dry-run</c>.</summary>
internal sealed record DiffPlanJson(int TotalImages, int TotalBlobs, long ArchiveBytes, IReadOnlyList<DiffPlanImageJson> Images)
{
    public static DiffPlanJson Of(DeltaPlan plan) => new(plan.Images.Length, plan.TotalBlobs, plan.EstimatedArchiveBytes,
        [.. plan.Images.Select(i => new DiffPlanImageJson(i.Name, i.ShippedBlobs, i.EstimatedBytes))]);
}

/// <summary>One image of the plan.</summary>
internal sealed record DiffPlanImageJson(string Name, int ShippedBlobs, long ArchiveBytes);
