namespace Diffah.Engine.Compression.Zstd.Frames;

/// <summary>A piece of a stream: a frame, or bytes that stand for no content.</summary>
/// <param name="Offset">Where it begins in the stream.</param>
/// <param name="Length">Its bytes in the stream.</param>
/// <param name="Content">Where what it stands for begins in the content.</param>
/// <param name="ContentLength">Bytes of content that it stands for.</param>
/// <param name="Frame">What it is made of; null where it is a frame to be skipped, or follows the last frame.</param>
internal sealed record ZstdUnit(long Offset, long Length, long Content, long ContentLength, ZstdFrame? Frame);

/// <summary>A frame of blocks.</summary>
/// <param name="Header">What it says of itself.</param>
/// <param name="HeaderBytes">The same in bytes, as they stand.</param>
/// <param name="Blocks">Its blocks.</param>
internal sealed record ZstdFrame(
    ZstdFrameHeader Header, ReadOnlyMemory<byte> HeaderBytes, IReadOnlyList<BlockPlace> Blocks);
