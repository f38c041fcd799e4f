using System.Globalization;
using Diffah.Engine.Deltas.Model;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations.Story;

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
            output.WriteLine($"avg patch ratio: {Human.Percent(archive.PatchBytes, archive.PatchBytes + archive.PatchSparedBytes)}");
        output.WriteLine($"total archive: {archive.StoredBytes} bytes");
        output.WriteLine($"intra-layer patches required: {YesNo(archive.RequiresZstd)}");
        output.WriteLine($"zstd available: {YesNo(archive.ZstdAvailable)}");
        if (archive.PatchCount > 0)
            output.WriteLine($"patch savings: {archive.PatchSparedBytes} bytes ({Human.Percent(archive.PatchSparedRatio)} vs full)");
        output.WriteLine($"travels: {ClosingLine.Travels(archive)}");
    }

    private static string YesNo(bool value) => value ? "yes" : "no";
}
