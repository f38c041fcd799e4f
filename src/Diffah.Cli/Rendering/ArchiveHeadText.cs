using System.Globalization;
using Diffah.Engine.Deltas.Model;

namespace Diffah.Cli.Rendering;

/// <summary>What a delta archive says of itself as a whole. Scripts read these lines: labels stay as they are.</summary>
internal static class ArchiveHeadText
{
    /// <param name="output">Where to.</param>
    /// <param name="archive">The archive.</param>
    /// <param name="name">The archive, as the command named it.</param>
    public static void Write(TextWriter output, DeltaArchive archive, string name)
    {
        output.WriteLine($"archive: {name}");
        output.WriteLine($"version: {archive.Version}");
        output.WriteLine($"feature: {archive.Feature}");
        output.WriteLine($"tool: {archive.Tool}");
        output.WriteLine($"tool_version: {archive.ToolVersion}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"created at: {archive.CreatedAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}"));
        output.WriteLine($"platform: {archive.Platform}");
        output.WriteLine($"images: {archive.Images.Length}");
        output.WriteLine($"blobs: {archive.BlobCount} (full: {archive.FullCount}, patch: {archive.PatchCount})");
        if (archive.PatchCount > 0)
            output.WriteLine($"avg patch ratio: {HumanSize.Percent(archive.PatchBytes, archive.PatchBytes + archive.SavedBytes)}");
        output.WriteLine($"total archive: {archive.ArchiveBytes} bytes");
        output.WriteLine($"intra-layer patches required: {YesNo(archive.RequiresZstd)}");
        output.WriteLine($"zstd available: {YesNo(archive.ZstdAvailable)}");
        if (archive.PatchCount > 0)
            output.WriteLine($"patch savings: {archive.SavedBytes} bytes ({HumanSize.Percent(archive.SavedRatio)} vs full)");
    }

    private static string YesNo(bool value) => value ? "yes" : "no";
}
