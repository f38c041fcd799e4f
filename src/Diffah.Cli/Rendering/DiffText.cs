using Diffah.Engine.Deltas.Model;

namespace Diffah.Cli.Rendering;

/// <summary>The result of <c>diff</c> for people.</summary>
internal static class DiffText
{
    public static void Write(TextWriter output, DeltaArchive archive, string name)
    {
        output.WriteLine($"wrote {name}: {HumanSize.Of(archive.ArchiveBytes)} ({archive.ArchiveBytes} bytes)");
        output.WriteLine($"blobs: {archive.BlobCount} (full: {archive.FullCount}, patch: {archive.PatchCount})");
        if (archive.PatchCount > 0)
            output.WriteLine($"patch savings: {archive.SavedBytes} bytes ({HumanSize.Percent(archive.SavedRatio)} vs full)");
    }
}
