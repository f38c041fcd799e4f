using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Rendering;

/// <summary>The result of <c>diff --dry-run</c> for people.</summary>
internal static class DiffPlanText
{
    public static void Write(TextWriter output, DeltaPlan plan)
    {
        output.WriteLine("dry run: nothing was written");
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
        output.WriteLine($"would ship: {image.ShippedBlobs} blobs, at most {image.EstimatedBytes} bytes");
        var table = new TextTable("BLOB", "KIND", "ACTION", ">SIZE", ">AT MOST", ">CANDIDATES", "WHY");
        foreach (var blob in image.Blobs)
        {
            table.Add(ShortDigest.Of(blob.Digest), Word(blob.Kind), Word(blob.Action), Human.Size(blob.Size), Human.Size(blob.EstimatedBytes),
                blob.Action == nameof(BlobOrigin.Patch) ? $"{blob.Candidates.Length}" : "-", blob.Reason);
        }
        table.Write(output, "  ");
    }

    private static string Images(DeltaPlan plan) => plan.Images.Length == 1 ? "an image" : $"{plan.Images.Length} images";

    private static string Word(string value) => value.ToLowerInvariant();
}
