using System.Buffers;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>The encoders of all families.</summary>
internal sealed class ZstdEncoders : IZstdEncoders
{
    private ZstdEncoders()
    {
    }

    /// <summary>The only one.</summary>
    public static ZstdEncoders Known { get; } = new();

    /// <inheritdoc/>
    public IEnumerable<ZstdProfile> Candidates(ZstdFrameHeader header, long contentLength) => [];

    /// <inheritdoc/>
    public bool IsKnown(ZstdProfile profile) => false;

    /// <inheritdoc/>
    public string NameOf(ZstdProfile profile) => "unknown";

    /// <inheritdoc/>
    public ZstdFrameEncoder Create(
        ZstdProfile profile, ZstdFrameHeader header, long contentLength, IBufferWriter<byte> output) =>
        throw new RecipeRefusedException(
            RecipeRefusal.RecipeUnknown, "The recipe of a zstd stream names an encoder that is not known.");
}
