namespace Diffah.Engine.Compression.Zstd.Frames;

/// <summary>The programs whose frames are known.</summary>
internal enum ZstdFamily : byte
{
    /// <summary>Go's klauspost/compress/zstd: levels 1 to 4.</summary>
    Go = 1,

    /// <summary>The reference library.</summary>
    Libzstd = 2,
}

/// <summary>A known encoder at one of its levels. The three bytes stand in recipes, so they mean the same for
/// ever.</summary>
/// <param name="Family">The program.</param>
/// <param name="Generation">From which release on the bytes are these; a number of the family's own.</param>
/// <param name="Level">Its level, and what else the family sets by it.</param>
internal readonly record struct ZstdProfile(ZstdFamily Family, byte Generation, byte Level);
