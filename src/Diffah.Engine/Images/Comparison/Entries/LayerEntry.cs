using Diffah.Engine.Tar;

namespace Diffah.Engine.Images.Comparison.Entries;

/// <summary>What an entry of a layer is.</summary>
internal enum EntryType
{
    /// <summary>A regular file.</summary>
    File,

    /// <summary>Another name of a file.</summary>
    HardLink,

    /// <summary>A symbolic link.</summary>
    SymbolicLink,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A character device.</summary>
    CharacterDevice,

    /// <summary>A block device.</summary>
    BlockDevice,

    /// <summary>A FIFO.</summary>
    Fifo,

    /// <summary>What nobody knows.</summary>
    Other,
}

/// <summary>One entry of a layer, without its bytes.</summary>
internal sealed class LayerEntry
{
    /// <summary>Its canonical path; <c>.</c> for the root.</summary>
    public required string Path { get; init; }

    /// <summary>What it is.</summary>
    public required EntryType Type { get; init; }

    /// <summary>What its headers say.</summary>
    public required TarMetadata Metadata { get; init; }

    /// <summary>What a link leads to: as it stands, or the canonical path of a hard link's file.</summary>
    public required string LinkName { get; init; }

    /// <summary>Bytes of the file, with the holes of a sparse one; 0 for what is no file.</summary>
    public required long Size { get; init; }

    /// <summary>SHA-256 of the file's bytes; null for what is no file.</summary>
    public required byte[]? Hash { get; init; }

    /// <summary>Where its first header begins in the plain tar.</summary>
    public required long HeaderOffset { get; init; }

    /// <summary>True for what has bytes of its own.</summary>
    public bool HasContent => Hash is not null;

    /// <summary>Whether both have the same bytes; true where none has any.</summary>
    /// <param name="other">The other entry.</param>
    public bool HasSameContent(LayerEntry other) =>
        Hash is null || other.Hash is null ? Hash == other.Hash : Hash.AsSpan().SequenceEqual(other.Hash);
}
