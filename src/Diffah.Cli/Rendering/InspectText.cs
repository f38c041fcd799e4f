using System.Globalization;
using Diffah.Cli.Json;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Rendering;

/// <summary>The result of <c>inspect</c> for people.</summary>
internal static class InspectText
{
    private const int WidestBar = 30;
    private const int BuildStepWidth = 40;

    public static void Write(TextWriter output, DeltaArchive archive, string name)
    {
        ArchiveHeadText.Write(output, archive, name);
        foreach (var image in archive.Images)
            WriteImage(output, image);
    }

    private static void WriteImage(TextWriter output, DeltaArchiveImage image)
    {
        output.WriteLine();
        output.WriteLine($"--- image: {image.Name} ---");
        output.WriteLine($"target manifest digest: {image.TargetManifestDigest} ({image.TargetMediaType})");
        output.WriteLine($"baseline manifest digest: {image.BaselineManifestDigest} ({image.BaselineMediaType})");
        if (image.BaselineSourceHint.Length > 0)
            output.WriteLine($"baseline source: {image.BaselineSourceHint}");
        output.WriteLine($"layers: {image.LayerCount} ({image.ArchiveLayerCount} in the archive)");
        output.WriteLine($"travels: {Human.Size(image.ArchiveBytes)} of {Human.Size(image.ImageBytes)}, "
            + $"{Human.Percent(image.SparedRatio)} spared");
        WriteLayers(output, image);
        WriteTopSavings(output, image);
        WriteWaste(output, image);
        WriteHistogram(output, image.SizeHistogram);
    }

    private static void WriteLayers(TextWriter output, DeltaArchiveImage image)
    {
        var table = new TextTable("LAYER", "ENCODING", ">SIZE", ">IN ARCHIVE", ">SPARED", "PATCHED FROM", "CREATED BY");
        foreach (var layer in image.Layers)
        {
            table.Add(ShortDigest.Of(layer.Digest), LayerJson.EncodingName(layer.Encoding), Human.Size(layer.TargetSize), Human.Size(layer.ArchiveSize),
                Human.Percent(layer.SparedRatio),
                layer.PatchFrom is { } from ? ShortDigest.Of(from) : "", ShortText.BuildStep(layer.CreatedBy, BuildStepWidth));
        }
        table.Write(output, "  ");
    }

    private static void WriteTopSavings(TextWriter output, DeltaArchiveImage image)
    {
        if (image.TopSavings.IsEmpty)
            return;
        output.WriteLine("top savings:");
        foreach (var layer in image.TopSavings)
            output.WriteLine($"  {ShortDigest.Of(layer.Digest)}  {Human.Size(layer.SparedBytes)} ({Human.Percent(layer.SparedRatio)})");
    }

    private static void WriteWaste(TextWriter output, DeltaArchiveImage image)
    {
        if (image.Waste.IsEmpty)
            return;
        output.WriteLine("waste:");
        foreach (var layers in image.Waste.GroupBy(w => w.Advice))
        {
            foreach (var layer in layers)
                output.WriteLine($"  {ShortDigest.Of(layer.Digest)}  {layer.Kind}: {Human.Size(layer.ArchiveSize)} in the archive for {Human.Size(layer.TargetSize)}");
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
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {bucket.PadRight(widest)}  {count,3}  {bar}").TrimEnd());
        }
    }
}
