namespace Diffah.Engine.Images.Comparison.Reporting;

/// <summary>
/// How many lines a comparison may compare with one another. The time that a text takes goes up to the square of its
/// lines, and a small image can hold any number of such texts.
/// </summary>
/// <param name="pairs">Pairs of an old and a new line.</param>
internal sealed class LineAllowance(long pairs = LineAllowance.Maximum)
{
    /// <summary>What a comparison may: 25 pairs of texts of the largest size, about a minute.</summary>
    public const long Maximum = 25L * UnifiedDiff.MaximumLines * UnifiedDiff.MaximumLines;

    private long _left = pairs;

    /// <summary>Takes what two texts cost; false where that is too much, and nothing is taken.</summary>
    /// <param name="oldLines">Lines of the old text.</param>
    /// <param name="newLines">Lines of the new one.</param>
    public bool TrySpend(int oldLines, int newLines)
    {
        var cost = (long)oldLines * newLines;
        if (cost > _left)
            return false;
        _left -= cost;
        return true;
    }
}
