using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Segments;

/// <summary>klauspost/compress, and Go's <c>compress/flate</c> from 1.27 on at the same level.</summary>
internal abstract class KlauspostEncoder(KlauspostRelease release, int penaltyShift) : IDisposable
{
    private const int Fastest = 6;

    /// <summary>Content that is no multiple of this comes last.</summary>
    public abstract int ChunkLength { get; }

    protected KlauspostBlockWriter Blocks { get; } = new(release, penaltyShift);

    protected BlockTokens Tokens { get; } = new();

    public static KlauspostEncoder Create(int level, KlauspostRelease release) => level <= Fastest
        ? new KlauspostChunkEncoder(level, release)
        : new KlauspostLazyEncoder(level, release);

    /// <summary>Begins a stream.</summary>
    public virtual void Start() => Blocks.Clear();

    /// <summary>Takes in what came before the stream, up to 32 KiB, right after its start.</summary>
    public abstract void Prime(ReadOnlySpan<byte> dictionary);

    /// <summary>Writes content, or keeps it until a block is full.</summary>
    /// <param name="content">The content.</param>
    /// <param name="ends">Whether all is to be written, and the block to be ended.</param>
    /// <param name="output">Takes the bits.</param>
    public abstract void Write(ReadOnlySpan<byte> content, bool ends, BitWriter output);

    /// <summary>Writes an empty stored block, after the end of another.</summary>
    public void WriteSyncMarker(BitWriter output) => Blocks.WriteStored(output, []);

    /// <summary>Ends the stream, after the end of a block.</summary>
    public void WriteEnd(BitWriter output) => Blocks.WriteEnd(output);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
            Tokens.Dispose();
    }
}
