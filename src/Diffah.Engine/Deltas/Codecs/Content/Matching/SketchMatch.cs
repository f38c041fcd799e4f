namespace Diffah.Engine.Deltas.Codecs.Content.Matching;

/// <summary>What a sketch finds.</summary>
/// <param name="File">Which old file; -1 for none.</param>
/// <param name="Likeness">How much of the new file it may have, in thousandths, the bonus of its name included.</param>
internal readonly record struct SketchMatch(int File, int Likeness)
{
    /// <summary>No old file has anything of the new one.</summary>
    public static SketchMatch None => new(-1, 0);
}
