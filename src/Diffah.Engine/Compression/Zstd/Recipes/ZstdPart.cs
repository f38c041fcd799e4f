using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>A piece of a stream, and what makes it.</summary>
/// <param name="ContentLength">Bytes of content that it stands for; null where a file of the tar, or what is between
/// two of them, begins or ends there: the content tells.</param>
internal abstract record ZstdPart(long? ContentLength);

/// <summary>Bytes as they stand.</summary>
/// <param name="Bytes">The bytes.</param>
/// <param name="ContentLength">As of any part.</param>
internal sealed record VerbatimPart(ReadOnlyMemory<byte> Bytes, long? ContentLength) : ZstdPart(ContentLength);

/// <summary>A frame that a known encoder makes.</summary>
/// <param name="Profile">The encoder.</param>
/// <param name="Header">The frame's header.</param>
/// <param name="Cuts">How much of its content is before each place where a block was ended early; ascending.</param>
/// <param name="Patches">The blocks that the encoder makes otherwise; ascending.</param>
/// <param name="ContentLength">As of any part.</param>
internal sealed record FramePart(
    ZstdProfile Profile, FrameHeading Header, IReadOnlyList<long> Cuts, IReadOnlyList<BlockPatch> Patches,
    long? ContentLength) : ZstdPart(ContentLength);

/// <summary>A part that is made by what another recipe tells.</summary>
/// <param name="Payload">That recipe.</param>
/// <param name="NeedsReference">Whether it needs the reference.</param>
/// <param name="ContentLength">As of any part.</param>
internal sealed record TokensPart(ReadOnlyMemory<byte> Payload, bool NeedsReference, long? ContentLength)
    : ZstdPart(ContentLength);

/// <summary>A frame to be skipped that has a list of what is in the layer.</summary>
/// <param name="Kind">What it lists.</param>
/// <param name="Profile">The encoder of the list.</param>
/// <param name="Header">The header of the frame that is inside of the frame to be skipped.</param>
/// <param name="Correction">The list, as a zstd patch of what is expected.</param>
internal sealed record ListPart(
    ListKind Kind, ZstdProfile Profile, FrameHeading Header, ReadOnlyMemory<byte> Correction) : ZstdPart(0L);

/// <summary>What a list of a chunked layer has.</summary>
internal enum ListKind
{
    /// <summary>The files, their digests, and where their frames are.</summary>
    Files,

    /// <summary>What the tar has between files, as tar-split writes it down.</summary>
    Headers,
}

/// <summary>A block in other bytes than the encoder's.</summary>
/// <param name="Index">Which of the frame's.</param>
/// <param name="Bytes">The block, its header with it.</param>
internal sealed record BlockPatch(int Index, ReadOnlyMemory<byte> Bytes);
