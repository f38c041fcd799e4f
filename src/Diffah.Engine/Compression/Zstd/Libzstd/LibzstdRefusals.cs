using Diffah.Libraries.Zstd;

namespace Diffah.Engine.Compression.Zstd.Libzstd;

/// <summary>Why a frame is not made.</summary>
internal static class LibzstdRefusals
{
    public static RecipeRefusedException ContentDiffers() =>
        new(RecipeRefusal.ContentDiffers, "The content is longer or shorter than the zstd frame's.");

    public static RecipeRefusedException Unknown() =>
        new(RecipeRefusal.RecipeInvalid, "No zstd that is known makes a frame with such a header.");

    public static RecipeRefusedException Fault(ZstdFaultException e) =>
        new(RecipeRefusal.RecipeInvalid, $"zstd can't make the frame: {e.Message}");
}
