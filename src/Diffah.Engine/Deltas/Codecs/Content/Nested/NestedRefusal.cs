using Diffah.Engine.Compression;

namespace Diffah.Engine.Deltas.Codecs.Content.Nested;

/// <summary>Why a layout is not taken, where its bytes could be right.</summary>
internal static class NestedRefusal
{
    public static RecipeRefusedException UnknownEncoder() => new(
        RecipeRefusal.RecipeUnknown, "The recipe of a compressed file names an encoder that is not known.");
}
