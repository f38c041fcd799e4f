namespace Diffah.Engine.Compression;

/// <summary>How bytes are compressed as a whole.</summary>
public enum CompressionKind
{
    /// <summary>Not at all, or in a way that is not recognised.</summary>
    None,

    /// <summary>gzip (RFC 1952).</summary>
    Gzip,

    /// <summary>Zstandard (RFC 8878).</summary>
    Zstd,

    /// <summary>xz.</summary>
    Xz,

    /// <summary>bzip2.</summary>
    Bzip2,

    /// <summary>lz4 frames. Recognised, and not decompressed.</summary>
    Lz4,

    /// <summary>The .lzma files from before xz. Recognised, and not decompressed.</summary>
    Lzma,

    /// <summary>lzip. Recognised, and not decompressed.</summary>
    Lzip,

    /// <summary>lzop. Recognised, and not decompressed.</summary>
    Lzop,

    /// <summary>What compress(1) writes, .Z. Recognised, and not decompressed.</summary>
    Compress,

    /// <summary>7z. Recognised, and not decompressed.</summary>
    SevenZip,

    /// <summary>zip. Recognised, and not decompressed.</summary>
    Zip,
}
