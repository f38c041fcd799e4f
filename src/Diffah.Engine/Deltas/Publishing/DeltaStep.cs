namespace Diffah.Engine.Deltas.Publishing;

/// <summary>A delta between two versions of an image, by their places in the order of versions.</summary>
/// <param name="From">The version that it is made from.</param>
/// <param name="To">The version that it makes, a later one.</param>
public readonly record struct DeltaStep(int From, int To)
{
    /// <summary>How many versions later the made one is.</summary>
    public int Distance => To - From;

    /// <inheritdoc/>
    public override string ToString() => $"{From} → {To}";
}
