namespace Diffah.Engine.Deltas;

/// <summary>Why a layer does not travel as its content, though the format could.</summary>
/// <param name="Reason">A short word, one of those here; a later version may have others.</param>
/// <param name="Detail">The same, for people.</param>
internal sealed record LayerFallback(string Reason, string Detail)
{
    /// <summary>Patching is switched off.</summary>
    public const string PatchingOff = "patching_off";

    /// <summary>The baseline has no layer that is at hand.</summary>
    public const string NoBaseline = "no_baseline";

    /// <summary>The layer can't be decompressed.</summary>
    public const string NotDecompressed = "not_decompressed";

    /// <summary>Nothing compresses the content again as it was.</summary>
    public const string NoRecipe = "no_recipe";

    /// <summary>It takes less in another way.</summary>
    public const string Smaller = "smaller";

    /// <summary>The most characters of a reason.</summary>
    public const int MaximumReason = 40;

    /// <summary>The most characters of what people are told.</summary>
    public const int MaximumDetail = 300;
}
