namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>A piece of a file; one without bytes says that there is none.</summary>
internal readonly record struct FileSpan(int Start, int Length)
{
    public int End => Start + Length;

    public bool IsEmpty => Length == 0;
}
