using System.Globalization;
using Diffah.Cli.Json;
using Diffah.Engine.Deltas.Model;
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
        WriteLayers(output, image);
        WriteTopSavings(output, image);
        WriteWaste(output, image);
        WriteHistogram(output, image.SizeHistogram);
    }

    private static void WriteLayers(TextWriter output, DeltaArchiveImage image)
    {
        var table = new TextTable("LAYER", "ENCODING", ">SIZE", ">IN ARCHIVE", ">SAVED", "PATCHED FROM", "CREATED BY");
        foreach (var layer in image.Layers)
        {
            table.Add(HumanSize.ShortDigest(layer.Digest), LayerJson.EncodingName(layer.Encoding), HumanSize.Of(layer.TargetSize), HumanSize.Of(layer.ArchiveSize),
                layer.Encoding == LayerEncoding.Patch ? HumanSize.Percent(layer.SavedBytes, layer.TargetSize) : "-",
                layer.PatchFrom is { } from ? HumanSize.ShortDigest(from) : "", ShortText.BuildStep(layer.CreatedBy, BuildStepWidth));
        }
        table.Write(output, "  ");
    }

    private static void WriteTopSavings(TextWriter output, DeltaArchiveImage image)
    {
        if (image.TopSavings.IsEmpty)
            return;
        output.WriteLine("top savings:");
        foreach (var layer in image.TopSavings)
            output.WriteLine($"  {HumanSize.ShortDigest(layer.Digest)}  {HumanSize.Of(layer.SavedBytes)} ({HumanSize.Percent(layer.SavedBytes, layer.TargetSize)})");
    }

    private static void WriteWaste(TextWriter output, DeltaArchiveImage image)
    {
        if (image.Waste.IsEmpty)
            return;
        output.WriteLine("waste:");
        foreach (var layers in image.Waste.GroupBy(w => w.Advice))
        {
            foreach (var layer in layers)
                output.WriteLine($"  {HumanSize.ShortDigest(layer.Digest)}  {layer.Kind}: {HumanSize.Of(layer.ArchiveSize)} in the archive for {HumanSize.Of(layer.TargetSize)}");
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
