using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>Lets an encoder make a frame's blocks, and looks at each.</summary>
internal abstract class FrameRun : IDisposable
{
    // Short enough that no encoder makes two blocks of a piece, so that each can be replaced before the next is made.
    private const int PieceLength = 16 * 1024;

    private readonly BlockSink _sink = new();
    private readonly ZstdFrameEncoder _encoder;
    private readonly IReadOnlyList<long> _cuts;
    private int _cut;
    private int _index;

    /// <summary>Begins a frame.</summary>
    /// <param name="encoders">The encoders there are.</param>
    /// <param name="part">What the frame is; its patches are not looked at here.</param>
    /// <param name="contentLength">Bytes of its content.</param>
    /// <exception cref="RecipeRefusedException">There is no such frame.</exception>
    protected FrameRun(IZstdEncoders encoders, FramePart part, long contentLength)
    {
        _cuts = part.Cuts;
        ContentLength = contentLength;
        Header = part.Header.For(contentLength).ToHeader(contentLength);
        if (Header.WindowSize > 1UL << RecipeBounds.WindowLog && !Header.IsSingleSegment)
            throw ByteCursor.Invalid("has a frame with too large a window");
        _encoder = encoders.Create(part.Profile, Header, contentLength, _sink);
    }

    /// <summary>The frame's header.</summary>
    protected ZstdFrameHeader Header { get; }

    /// <summary>Bytes of the frame's content.</summary>
    public long ContentLength { get; }

    /// <summary>Bytes of content that the encoder has.</summary>
    public long Position { get; private set; }

    /// <summary>The encoder can't go on: what it made is not what was wanted.</summary>
    public bool HasFailed { get; protected set; }

    /// <summary>Takes the content that comes next; nothing more once it has failed.</summary>
    public void Write(ReadOnlySpan<byte> content)
    {
        while (!content.IsEmpty && !HasFailed)
        {
            Cut();
            var next = _cut < _cuts.Count ? _cuts[_cut] - Position : long.MaxValue;
            var piece = content[..(int)Math.Min(Math.Min(content.Length, PieceLength), next)];
            _encoder.Write(piece);
            Position += piece.Length;
            content = content[piece.Length..];
            Drain();
        }
    }

    /// <summary>Ends the frame: its last block comes out.</summary>
    public void Finish()
    {
        Cut();
        if (HasFailed)
            return;
        _encoder.Finish();
        Drain();
        HasFailed |= !_sink.IsEmpty || _cut < _cuts.Count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _encoder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Looks at a block.</summary>
    /// <param name="index">Which of the frame's.</param>
    /// <param name="block">The block, with its header.</param>
    /// <returns>What stands in its place; null where it is right.</returns>
    protected abstract ReadOnlyMemory<byte>? Look(int index, ReadOnlySpan<byte> block);

    private void Cut()
    {
        for (; _cut < _cuts.Count && _cuts[_cut] == Position; _cut++)
        {
            _encoder.EndBlock();
            Drain();
        }
    }

    private void Drain()
    {
        while (!HasFailed && _sink.Take() is { IsEmpty: false } block)
        {
            var isLast = BlockPlace.IsLast(block.Span);
            if (Look(_index++, block.Span) is { } right && !isLast)
                HasFailed |= !_sink.IsEmpty || !_encoder.Replace(right.Span);
        }
    }
}
