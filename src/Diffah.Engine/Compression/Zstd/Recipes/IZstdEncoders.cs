using System.Buffers;
using Diffah.Engine.Compression.Zstd.Frames;
using Diffah.Engine.Compression.Zstd.Tokens;

namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>The encoders there are.</summary>
internal interface IZstdEncoders
{
    /// <summary>The profiles that are worth a trial, likeliest first.</summary>
    /// <param name="header">The frame's header.</param>
    /// <param name="contentLength">Bytes of its content.</param>
    IEnumerable<ZstdProfile> Candidates(ZstdFrameHeader header, long contentLength);

    /// <summary>Whether there is an encoder for it.</summary>
    bool IsKnown(ZstdProfile profile);

    /// <summary>The encoder as people call it.</summary>
    string NameOf(ZstdProfile profile);

    /// <summary>An encoder that makes the same first block, and makes it sooner; the encoder itself where there is no
    /// other.</summary>
    ZstdProfile ProbeOf(ZstdProfile profile) => profile;

    /// <summary>Whether the encoder is so slow, and so easily led astray by a byte, that it is tried only where it is
    /// likely to be right.</summary>
    bool IsSlow(ZstdProfile profile) => false;

    /// <summary>How many of a probe's blocks have to be right for the encoder to be tried.</summary>
    int ProbeBlocks(ZstdProfile profile) => 1;

    /// <summary>What it takes to begin a frame; nothing where no encoder makes it.</summary>
    /// <param name="profile">The encoder.</param>
    /// <param name="header">The frame's header.</param>
    /// <param name="contentLength">Bytes of its content.</param>
    /// <exception cref="RecipeRefusedException">The encoder makes no such frames.</exception>
    FrameSetup SetupOf(ZstdProfile profile, ZstdFrameHeader header, long contentLength) => default;

    /// <summary>What it takes to begin a frame that no encoder makes, in bytes of tables.</summary>
    /// <param name="needsReference">Whether it was told beside a reference.</param>
    long TokensSetup(bool needsReference) => 0;

    /// <summary>Begins a frame.</summary>
    /// <param name="profile">The encoder; known.</param>
    /// <param name="header">The frame's header.</param>
    /// <param name="contentLength">Bytes of content that will come.</param>
    /// <param name="output">Where blocks go.</param>
    /// <exception cref="RecipeRefusedException">The encoder makes no such frames.</exception>
    ZstdFrameEncoder Create(
        ZstdProfile profile, ZstdFrameHeader header, long contentLength, IBufferWriter<byte> output);

    /// <summary>Tells of a frame that no encoder makes.</summary>
    /// <param name="frame">The frame, which can seek; not disposed of.</param>
    /// <param name="content">Its content, which can seek; not disposed of.</param>
    /// <param name="reference">A stream that whoever follows the recipe has too; null for none.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>Null where that can't be, or does not pay.</returns>
    TokensPart? FindTokens(
        Stream frame, Stream content, SharedReference? reference, CancellationToken cancellationToken) => null;

    /// <summary>Makes a frame that no encoder makes, while it is read.</summary>
    /// <param name="part">What tells of it.</param>
    /// <param name="content">Its content, which can seek; owned.</param>
    /// <param name="reference">The reference, which is read once for all parts; null where the part needs none.</param>
    /// <exception cref="RecipeRefusedException">While it is read, too: the recipe can't be followed.</exception>
    Stream OpenTokens(TokensPart part, Stream content, SharedReference? reference) =>
        throw new RecipeRefusedException(
            RecipeRefusal.RecipeUnknown, "The recipe of a zstd stream has a part that is not known.");
}
