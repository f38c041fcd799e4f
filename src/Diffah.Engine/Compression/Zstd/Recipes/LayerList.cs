using System.Buffers;

namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>The list of a chunked layer's files, which follows its frames.</summary>
internal static class LayerList
{
    /// <summary>Makes the frame to be skipped that has the list.</summary>
    /// <exception cref="RecipeRefusedException">The recipe can't be followed.</exception>
    public static void Make(
        ListPart part, IZstdEncoders encoders, StreamAt content, FrameList frames, IBufferWriter<byte> output) =>
        throw new RecipeRefusedException(
            RecipeRefusal.RecipeUnknown, "The recipe of a zstd stream has a part that is not known.");
}
