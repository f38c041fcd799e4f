namespace Diffah.Cli.Options;

/// <summary>What the help writes in the place of a value, where the value is of a kind that shells can complete.</summary>
internal static class ValuePlaceholders
{
    /// <summary>An image reference.</summary>
    public const string Image = "IMAGE";

    /// <summary>A file.</summary>
    public const string File = "FILE";

    /// <summary>A file with a key.</summary>
    public const string Key = "KEY";

    /// <summary>A folder.</summary>
    public const string Folder = "DIR";

    /// <summary>A platform.</summary>
    public const string Platform = "OS/ARCH[/VARIANT]";
}
