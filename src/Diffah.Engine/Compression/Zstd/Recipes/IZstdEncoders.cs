using System.Buffers;
using Diffah.Engine.Compression.Zstd.Frames;

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

    /// <summary>Begins a frame.</summary>
    /// <param name="profile">The encoder; known.</param>
    /// <param name="header">The frame's header.</param>
    /// <param name="contentLength">Bytes of content that will come.</param>
    /// <param name="output">Where blocks go.</param>
    /// <exception cref="RecipeRefusedException">The encoder makes no such frames.</exception>
    ZstdFrameEncoder Create(
        ZstdProfile profile, ZstdFrameHeader header, long contentLength, IBufferWriter<byte> output);
}
