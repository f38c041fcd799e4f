using System.Buffers;

namespace Diffah.Engine.Compression.Zstd.Frames;

/// <summary>
/// Makes the blocks of one zstd frame as a known program makes them. What stands before the blocks and behind them, the
/// frame's header and its checksum, is not made here. Not for two threads at once.
/// </summary>
/// <param name="output">Where blocks go, each with its header of three bytes, as soon as it is known.</param>
internal abstract class ZstdFrameEncoder(IBufferWriter<byte> output) : IDisposable
{
    /// <summary>Where blocks go.</summary>
    protected IBufferWriter<byte> Output { get; } = output;

    /// <summary>Takes the content that comes next, in pieces of any length: they do not matter.</summary>
    public abstract void Write(ReadOnlySpan<byte> content);

    /// <summary>Ends the block here, as the program does when it is flushed; nothing where none has begun.</summary>
    public abstract void EndBlock();

    /// <summary>Ends the frame: its last block comes out.</summary>
    public abstract void Finish();

    /// <summary>
    /// Tells that the block which came out last stands in the frame in other bytes, so that what the encoder remembers
    /// of it (repeat offsets, tables) is that of the frame.
    /// </summary>
    /// <param name="block">The block as it stands in the frame, with its header.</param>
    /// <returns>False where the encoder can't go on behind such a block.</returns>
    public virtual bool Replace(ReadOnlySpan<byte> block) => false;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back what the encoder holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
