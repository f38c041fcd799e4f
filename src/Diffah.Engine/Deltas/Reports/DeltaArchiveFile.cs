namespace Diffah.Engine.Deltas.Reports;

/// <summary>A file of a layer, and what it takes in the archive.</summary>
/// <param name="Path">Its path in the layer.</param>
/// <param name="Kind">What it is told by: a word of <see cref="FileOrigin"/>.</param>
/// <param name="TargetSize">Bytes that it has.</param>
/// <param name="ArchiveSize">
/// Bytes of the archive that tell it. Files are compressed together: it is the file's part of what they take.
/// </param>
/// <param name="From">The path of the file that it is told by; null where that is the same, or where there is
/// none.</param>
public sealed record DeltaArchiveFile(string Path, string Kind, long TargetSize, long ArchiveSize, string? From)
{
    /// <summary>Its kind and its path.</summary>
    public override string ToString() => $"{Kind} {Path}";
}
