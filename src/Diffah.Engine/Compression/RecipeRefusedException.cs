namespace Diffah.Engine.Compression;

/// <summary>A stream has no recipe, or a recipe can't be followed.</summary>
public sealed class RecipeRefusedException : Exception
{
    /// <summary>A refusal.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="message">The same for people.</param>
    public RecipeRefusedException(RecipeRefusal reason, string message)
        : base(message) => Reason = reason;

    /// <summary>Why.</summary>
    public RecipeRefusal Reason { get; }
}
