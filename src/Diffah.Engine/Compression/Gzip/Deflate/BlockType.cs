namespace Diffah.Engine.Compression.Gzip.Deflate;

/// <summary>The three ways a deflate block is written, by their numbers in RFC 1951.</summary>
internal enum BlockType : byte
{
    Stored = 0,
    Fixed = 1,
    Dynamic = 2,
}
