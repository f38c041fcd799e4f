using System.Buffers;
using System.Buffers.Binary;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>Makes a frame.</summary>
internal sealed class FrameMaker : FrameRun
{
    private readonly FramePart _part;
    private readonly IBufferWriter<byte> _output;
    private readonly XxHash64? _hash;
    private int _patch;

    /// <summary>Begins a frame: its header comes out.</summary>
    /// <param name="encoders">The encoders there are.</param>
    /// <param name="part">What the frame is.</param>
    /// <param name="contentLength">Bytes of its content.</param>
    /// <param name="output">Where the frame goes.</param>
    /// <exception cref="RecipeRefusedException">There is no such frame.</exception>
    public FrameMaker(IZstdEncoders encoders, FramePart part, long contentLength, IBufferWriter<byte> output)
        : base(encoders, part, contentLength)
    {
        (_part, _output) = (part, output);
        part.Header.For(contentLength).Write(output, contentLength);
        _hash = Header.HasChecksum ? new() : null;
    }

    /// <summary>Takes the content that comes next.</summary>
    /// <exception cref="RecipeRefusedException">The recipe can't be followed.</exception>
    public void Add(ReadOnlySpan<byte> content)
    {
        _hash?.Append(content);
        Write(content);
        Check(!HasFailed);
    }

    /// <summary>Ends the frame: the rest of it comes out.</summary>
    /// <exception cref="RecipeRefusedException">The recipe can't be followed.</exception>
    public void Complete()
    {
        Finish();
        Check(!HasFailed && _patch == _part.Patches.Count);
        if (_hash is null)
            return;
        Span<byte> checksum = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(checksum, unchecked((uint)_hash.Finish()));
        _output.Write(checksum);
    }

    /// <inheritdoc/>
    protected override ReadOnlyMemory<byte>? Look(int index, ReadOnlySpan<byte> block)
    {
        if (_patch == _part.Patches.Count || _part.Patches[_patch].Index != index)
        {
            _output.Write(block);
            return null;
        }
        var right = _part.Patches[_patch++].Bytes;
        _output.Write(right.Span);
        return right;
    }

    private static void Check(bool isRight)
    {
        if (!isRight)
            throw ByteCursor.Invalid("has a frame that its encoder does not make");
    }
}
