namespace Diffah.Engine.Deltas.Codecs.Content;

/// <summary>How a piece of data, or a part of a nested file, is told. The numbers are those of the format.</summary>
[Flags]
internal enum FileFlags : byte
{
    /// <summary>All of it is new.</summary>
    None = 0,

    /// <summary>It is told by an old one.</summary>
    HasOld = 1,

    /// <summary>The old one is that which is expected, so that no number says which.</summary>
    IsExpected = 2,

    /// <summary>It is put together of parts.</summary>
    IsNested = 4,

    /// <summary>It is an executable with a layout.</summary>
    HasLayout = 8,

    /// <summary>Its operations are told by ends.</summary>
    HasEnds = 16,

    /// <summary>Its operations are told by ends, as rows.</summary>
    HasRows = 32,

    /// <summary>
    /// A part of it is made from the rest: with a layout, the symbols of an archive of shared classes; else, the index
    /// of an image of Java's runtime.
    /// </summary>
    IsDerived = 64,

    /// <summary>All flags that every reader knows.</summary>
    All = HasOld | IsExpected | IsNested | HasLayout | HasEnds | HasRows,
}
