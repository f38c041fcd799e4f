namespace Diffah.Engine.Compression.Tokens;

/// <summary>Why a recipe of decisions is not made or not followed.</summary>
internal static class TokenErrors
{
    public static RecipeRefusedException Differs() => new(
        RecipeRefusal.ContentDiffers, "The content is not the one that the recipe of a compressed stream is for.");

    public static RecipeRefusedException ReferenceDiffers() => new(
        RecipeRefusal.ContentDiffers, "The reference is not the one that the recipe of a compressed stream is for.");
}
