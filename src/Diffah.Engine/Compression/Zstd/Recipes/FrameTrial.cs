using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>Compares what an encoder makes with a frame, block by block.</summary>
internal sealed class FrameTrial : FrameRun
{
    private const int PieceLength = 128 * 1024;

    private readonly ZstdUnit _unit;
    private readonly StreamAt _stream;
    private readonly StreamAt _content;
    private readonly FramePart _part;
    private readonly List<BlockPatch> _patches = [];
    private readonly long _mayCost;
    private byte[] _block = [];

    /// <summary>Begins a trial.</summary>
    /// <param name="encoders">The encoders there are.</param>
    /// <param name="unit">The frame.</param>
    /// <param name="part">What it may be.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="content">Its content.</param>
    /// <param name="mayCost">Bytes of blocks that may differ; 0 where none may.</param>
    /// <exception cref="RecipeRefusedException">The encoder makes no such frames.</exception>
    public FrameTrial(
        IZstdEncoders encoders, ZstdUnit unit, FramePart part, StreamAt stream, StreamAt content, long mayCost)
        : base(encoders, part, unit.ContentLength) =>
        (_unit, _part, _stream, _content, _mayCost) = (unit, part, stream, content, mayCost);

    /// <summary>Blocks that were compared.</summary>
    public int Blocks { get; private set; }

    /// <summary>Bytes of the blocks that differ.</summary>
    public long Cost { get; private set; }

    /// <summary>The frame is made to its end, and it is right.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>What makes the frame.</summary>
    public FramePart Part => _part with { Patches = _patches };

    /// <summary>Goes on up to a length of content, or to the frame's end.</summary>
    public void Run(long limit, CancellationToken cancellationToken)
    {
        try
        {
            Follow(limit, cancellationToken);
        }
        catch (RecipeRefusedException)
        {
            // The encoder makes no such frames.
            HasFailed = true;
        }
    }

    /// <inheritdoc/>
    protected override ReadOnlyMemory<byte>? Look(int index, ReadOnlySpan<byte> block)
    {
        var blocks = _unit.Frame!.Blocks;
        if (index >= blocks.Count)
        {
            HasFailed = true;
            return null;
        }
        var place = blocks[index];
        if (_block.Length < place.Length)
            _block = new byte[place.Length];
        var right = _block.AsSpan(0, place.Length);
        _stream.Read(place.Offset, right);
        Blocks++;
        if (block.SequenceEqual(right))
            return null;
        Cost += right.Length;
        // That it is the frame's last block or not is not the encoder's choice.
        if (Cost > _mayCost || BlockPlace.IsLast(block) != BlockPlace.IsLast(right))
        {
            (HasFailed, Blocks) = (true, Blocks - 1);
            return null;
        }
        _patches.Add(new(index, right.ToArray()));
        return _patches[^1].Bytes;
    }

    private void Follow(long limit, CancellationToken cancellationToken)
    {
        var piece = new byte[Math.Min(PieceLength, ContentLength)];
        while (!HasFailed && Position < Math.Min(limit, ContentLength))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var next = piece.AsSpan(0, (int)Math.Min(piece.Length, ContentLength - Position));
            _content.Read(_unit.Content + Position, next);
            Write(next);
        }
        if (HasFailed || IsComplete || Position < ContentLength)
            return;
        Finish();
        HasFailed |= Blocks != _unit.Frame!.Blocks.Count;
        IsComplete = !HasFailed;
    }
}
