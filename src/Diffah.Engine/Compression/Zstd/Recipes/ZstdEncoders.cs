using System.Buffers;
using Diffah.Engine.Compression.Zstd.Frames;
using Diffah.Engine.Compression.Zstd.Libzstd;

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
    public IEnumerable<ZstdProfile> Candidates(ZstdFrameHeader header, long contentLength) =>
        LibzstdEncoders.Candidates(header, contentLength);

    /// <inheritdoc/>
    public bool IsKnown(ZstdProfile profile) => LibzstdEncoders.IsKnown(profile);

    /// <inheritdoc/>
    public string NameOf(ZstdProfile profile) => LibzstdEncoders.NameOf(profile) ?? "unknown";

    /// <inheritdoc/>
    public ZstdFrameEncoder Create(
        ZstdProfile profile, ZstdFrameHeader header, long contentLength, IBufferWriter<byte> output) =>
        profile.Family switch
        {
            ZstdFamily.Libzstd => LibzstdEncoders.Create(profile, header, contentLength, output),
            _ => throw new RecipeRefusedException(
                RecipeRefusal.RecipeUnknown, "The recipe of a zstd stream names an encoder that is not known."),
        };
}
