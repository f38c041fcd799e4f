namespace Diffah.Engine.Deltas;

/// <summary>What a content's file is told by. The names are those of the format, in lower case.</summary>
public enum FileOrigin
{
    /// <summary>The baseline has it, at the same path.</summary>
    Unchanged,

    /// <summary>The baseline has its bytes, at another path.</summary>
    Moved,

    /// <summary>It has the bytes of another file of the same layer.</summary>
    Repeated,

    /// <summary>It is made of a file of the baseline.</summary>
    Patched,

    /// <summary>Nothing of the baseline tells it.</summary>
    New,
}
