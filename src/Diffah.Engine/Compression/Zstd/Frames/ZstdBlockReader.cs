namespace Diffah.Engine.Compression.Zstd.Frames;

/// <summary>
/// Reads the blocks of a frame, one after the other, into what they say. Needs no content: what matches stand for is
/// not copied. Not for two threads at once.
/// </summary>
internal sealed class ZstdBlockReader
{
    /// <summary>The repeat offsets behind the block that was read last; may be set.</summary>
    public RepeatOffsets Offsets { get; set; } = RepeatOffsets.Initial;

    /// <summary>Bytes of content that the blocks read so far stand for.</summary>
    public long Position { get; private set; }

    /// <summary>Begins a frame.</summary>
    /// <param name="windowSize">Bytes of its window.</param>
    public void Begin(ulong windowSize) => throw new NotImplementedException();

    /// <summary>Goes on behind a block that was not read by this reader.</summary>
    /// <param name="position">Bytes of content before the next block.</param>
    /// <param name="offsets">The repeat offsets there.</param>
    public void Resume(long position, RepeatOffsets offsets) => (Position, Offsets) = (position, offsets);

    /// <summary>Reads a block.</summary>
    /// <param name="bytes">The block with its header, and nothing else.</param>
    /// <param name="block">Takes what it says.</param>
    /// <exception cref="RecipeRefusedException">There is no such block.</exception>
    public void Read(ReadOnlySpan<byte> bytes, ZstdBlock block) => throw new NotImplementedException();
}
