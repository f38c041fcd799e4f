namespace Diffah.Engine.Compression.Zstd.Frames;

/// <summary>Why a frame is not read.</summary>
internal static class Refusals
{
    public static RecipeRefusedException CutShort() =>
        new(RecipeRefusal.CutShort, "The compressed stream is cut short.");

    public static RecipeRefusedException Corrupt(string why) =>
        new(RecipeRefusal.Corrupt, $"The zstd frame can't be read: {why}.");

    public static RecipeRefusedException PaddingNotZero() =>
        new(RecipeRefusal.PaddingNotZero, "Bits of a zstd frame that say nothing are not zero.");
}
