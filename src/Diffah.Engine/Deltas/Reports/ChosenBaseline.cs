using Diffah.Engine.Images;

namespace Diffah.Engine.Deltas.Reports;

/// <summary>A baseline that nobody named, and that was found.</summary>
/// <param name="Reference">The image.</param>
/// <param name="Reason">Why this one: what says it, for people.</param>
public sealed record ChosenBaseline(ImageReference Reference, string Reason)
{
    /// <summary>The image.</summary>
    public override string ToString() => Reference.ToString();
}
