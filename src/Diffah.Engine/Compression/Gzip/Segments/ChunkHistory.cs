using System.Buffers;
using System.Runtime.InteropServices;
using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Segments;

/// <summary>
/// The content that a matcher sees: chunks that were encoded, and behind them the one that is being filled. When it is
/// full, the newest 32 KiB move to its start. Where that happens is part of what an encoder is known by: matches are
/// not extended backwards beyond the start.
/// </summary>
/// <param name="capacity">How many bytes are kept before they move.</param>
/// <param name="chunkSize">How long a full chunk is.</param>
internal sealed class ChunkHistory(int capacity, int chunkSize) : IDisposable
{
    /// <summary>A chunk is at most what a stored block can hold.</summary>
    public const int LongestChunk = 65535;

    private const int Kept = Token.MaximumDistance;

    // What is loaded at once, 16 bytes at the most, may begin at the last byte.
    private const int Overrun = 16;

    private readonly byte[] _bytes = ArrayPool<byte>.Shared.Rent(capacity + chunkSize + Overrun);

    /// <summary>Where the chunk starts.</summary>
    public int Start { get; private set; }

    /// <summary>How much of the chunk is there.</summary>
    public int Length { get; private set; }

    public int End => Start + Length;

    public bool IsFull => Length == chunkSize;

    public ReadOnlySpan<byte> Chunk => _bytes.AsSpan(Start, Length);

    public ref byte First => ref MemoryMarshal.GetArrayDataReference(_bytes);

    public void Dispose() => ArrayPool<byte>.Shared.Return(_bytes);

    public void Clear() => (Start, Length) = (0, 0);

    /// <summary>Takes what the chunk has room for, and says how much that was.</summary>
    public int Fill(ReadOnlySpan<byte> content)
    {
        var taken = Math.Min(chunkSize - Length, content.Length);
        content[..taken].CopyTo(_bytes.AsSpan(End));
        Length += taken;
        return taken;
    }

    /// <summary>Makes room for the chunk as it is, and says by how much all positions fell.</summary>
    public int Settle()
    {
        if (End <= capacity)
            return 0;
        var fallen = Start - Kept;
        _bytes.AsSpan(fallen, Kept + Length).CopyTo(_bytes);
        Start = Kept;
        return fallen;
    }

    /// <summary>Goes on to the next chunk.</summary>
    public void Advance() => (Start, Length) = (End, 0);
}
