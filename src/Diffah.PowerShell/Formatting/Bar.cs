namespace Diffah.PowerShell.Formatting;

/// <summary>Shares as bars of characters.</summary>
public static class Bar
{
    /// <summary>A bar of blocks that is filled as far as a fraction says.</summary>
    /// <param name="ratio">The fraction; below 0 the bar is empty, above 1 it is full.</param>
    /// <param name="width">Characters in all.</param>
    public static string Draw(double ratio, int width)
    {
        var filled = (int)Math.Round(Math.Clamp(ratio, 0, 1) * width, MidpointRounding.AwayFromZero);
        return new string('█', filled) + new string('░', width - filled);
    }
}
