using Diffah.Engine.Deltas.Model;
using Diffah.Engine.Operations.Story;

namespace Diffah.Cli.Rendering;

/// <summary>The result of <c>diff</c> for people.</summary>
internal static class DiffText
{
    /// <param name="output">Where to.</param>
    /// <param name="archive">The archive.</param>
    /// <param name="name">The archive, as the command named it.</param>
    /// <param name="elapsed">How long making it took.</param>
    public static void Write(TextWriter output, DeltaArchive archive, string name, TimeSpan elapsed)
    {
        output.WriteLine($"blobs: {archive.BlobCount} (full: {archive.FullCount}, patch: {archive.PatchCount})");
        output.WriteLine($"wrote {name}: {ClosingLine.Of(archive, elapsed)}");
    }
}
