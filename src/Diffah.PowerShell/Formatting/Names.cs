namespace Diffah.PowerShell.Formatting;

/// <summary>Names and references as tables show them beside other columns.</summary>
public static class Names
{
    /// <summary>The text where it fits; else its beginning and its end, which tell it from others.</summary>
    /// <param name="text">The text, or null.</param>
    /// <param name="width">Characters there are room for; 3 or more.</param>
    public static string Shorten(string? text, int width)
    {
        if (text is null || text.Length <= width)
            return text ?? "";
        var tail = width / 2;
        return $"{text[..(width - tail - 1)]}…{text[^tail..]}";
    }
}
