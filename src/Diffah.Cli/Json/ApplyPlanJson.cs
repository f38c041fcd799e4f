using System.Text.Json.Serialization;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Operations;

namespace Diffah.Cli.Json;

/// <summary>The data of <c>apply --dry-run</c> and <c>unbundle --dry-run</c>: the archive's head, and what would become of each image.</summary>
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
