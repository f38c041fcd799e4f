using Diffah.Engine.Operations;
using Diffah.Engine.Operations.Story;

namespace Diffah.Cli.Rendering;

/// <summary>The results of <c>apply</c>, dry and real, and of <c>unbundle --dry-run</c>, for people.</summary>
internal static class ApplyText
{
    public static void Write(TextWriter output, RestoredImage image, TimeSpan elapsed)
    {
        output.WriteLine($"manifest digest: {image.ManifestDigest} ({image.MediaType})");
        output.WriteLine($"layers: {image.LayerCount} (baseline: {image.BaselineLayerCount}, patch: {image.PatchedLayerCount}, full: {image.FullLayerCount})");
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
        output.WriteLine($"layers: {image.LayerCount} (baseline: {image.BaselineLayerCount}, archive: {image.ArchiveLayerCount}, of these patches: {image.PatchLayerCount})");
        if (image.Problem is { } problem)
            ErrorText.WriteProblem(output, problem);
    }
}
