using Diffah.Engine.Tar;

namespace Diffah.Engine.Images.Comparison.Reporting;

/// <summary>
/// What a report says of a file of one image: all that a copy of it, which has its bytes alone, does not tell.
/// </summary>
internal sealed record FileDescription
{
    /// <summary>What it is: file, symlink, directory, and so on.</summary>
    public required string Type { get; init; }

    /// <summary>Bytes of its content; null for what has none.</summary>
    public long? Size { get; init; }

    /// <summary>Where a link leads, as it stands in the image.</summary>
    public string? Link { get; init; }

    /// <summary>Path of its copy from the report's folder; null where there is none.</summary>
    public string? File { get; init; }

    /// <summary>Why there is no copy, a word of <see cref="Reporting.NotWritten"/>; null where there is one.</summary>
    public string? NotWritten { get; init; }

    /// <summary>Describes a file.</summary>
    /// <param name="file">The file.</param>
    public static FileDescription Of(LayerFile file) => new()
    {
        Type = TypeOf(file.Entry),
        Size = file.Entry.Kind == TarEntryKind.File ? file.Size : null,
        Link = file.Entry.LinkName.Length > 0 ? file.Entry.LinkName : null,
    };

    private static string TypeOf(TarEntry entry) => entry.Kind switch
    {
        TarEntryKind.File => "file",
        TarEntryKind.HardLink => "hard_link",
        TarEntryKind.SymbolicLink => "symlink",
        TarEntryKind.Directory => "directory",
        _ => "other",
    };
}
