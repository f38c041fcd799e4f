using System.Buffers;

namespace Diffah.Engine.Compression.Zstd.Libzstd;

/// <summary>Lets a frame pass but for its header.</summary>
/// <param name="output">Where the rest goes.</param>
internal sealed class FrameBody(IBufferWriter<byte> output)
{
    private bool _isBehindHeader;

    /// <summary>A frame begins.</summary>
    public void Begin() => _isBehindHeader = false;

    /// <summary>Takes what comes next of it; the header comes in one piece, as the library writes it.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (!_isBehindHeader && !bytes.IsEmpty)
        {
            var header = ZstdFrameHeader.Read(bytes[..Math.Min(bytes.Length, ZstdFrameHeader.MaximumLength)])
                ?? throw new InvalidOperationException("The library began a frame without its header.");
            bytes = bytes[header.Length..];
            _isBehindHeader = true;
        }
        output.Write(bytes);
    }
}
