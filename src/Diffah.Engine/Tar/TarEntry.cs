namespace Diffah.Engine.Tar;

/// <summary>What an entry of a tar is.</summary>
internal enum TarEntryKind
{
    /// <summary>A regular file, be it sparse or contiguous.</summary>
    File,

    /// <summary>Another name of a file of the same tar.</summary>
    HardLink,

    /// <summary>A symbolic link.</summary>
    SymbolicLink,

    /// <summary>A folder.</summary>
    Directory,

    /// <summary>A device or a FIFO.</summary>
    Special,

    /// <summary>A type that is not known; its content is passed over by its size.</summary>
    Other,
}

/// <summary>An entry of a tar: where it is, and what it means. What is not said here is in its raw header.</summary>
internal sealed class TarEntry
{
    internal TarEntry(Func<SparseMap?> sparse) => OpenSparse = sparse;

    /// <summary>Its name, as found: it may be absolute, climb, or hold anything.</summary>
    public required string Name { get; init; }

    /// <summary>What a link leads to, as found; empty where it is no link.</summary>
    public required string LinkName { get; init; }

    /// <summary>What it is.</summary>
    public required TarEntryKind Kind { get; init; }

    /// <summary>
    /// The bytes from <see cref="HeaderOffset"/> to <see cref="ContentOffset"/>: extended headers, header, sparse map.
    /// </summary>
    public required ReadOnlyMemory<byte> RawHeader { get; init; }

    /// <summary>Where its first header begins, in bytes from the start of the tar.</summary>
    public required long HeaderOffset { get; init; }

    /// <summary>Where its stored content begins, in bytes from the start of the tar.</summary>
    public long ContentOffset => HeaderOffset + RawHeader.Length;

    /// <summary>Bytes of its content that the tar holds, without padding.</summary>
    public required long StoredSize { get; init; }

    /// <summary>
    /// True where a global extended header stands before it: that counts for nothing here, and not every format has
    /// one.
    /// </summary>
    public required bool HasGlobalHeader { get; init; }

    /// <summary>Which parts of a sparse file are stored; null where all is.</summary>
    /// <exception cref="InvalidDataException">The map can't be right. Only who expands the file needs it.</exception>
    public SparseMap? Sparse => OpenSparse();

    /// <summary>Gives <see cref="Sparse"/>, for whoever keeps no entry.</summary>
    internal Func<SparseMap?> OpenSparse { get; }
}
