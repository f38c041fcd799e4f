namespace Diffah.Engine.Deltas.Archive;

/// <summary>How a delta archive is compressed as a whole.</summary>
public enum ArchiveCompression
{
    /// <summary>It is a plain tar.</summary>
    None,

    /// <summary>It is a tar in one zstd stream; every reader recognises it by its first bytes.</summary>
    Zstd,
}
