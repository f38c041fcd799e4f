using System.Text.RegularExpressions;

namespace Diffah.Engine.Content;

/// <summary>
/// The names of what a run keeps in other people's folders while it works. Nothing else has such names, so whatever is
/// left of a run that was killed is known by them.
/// </summary>
internal static partial class RunNames
{
    /// <summary>The lock of a folder as a whole.</summary>
    public const string FolderLock = ".diffah.lock";

    /// <summary>A new name of a file that gets its own name later. It is short, since its own may be long.</summary>
    public static string NewFile() => $".diffah-{Guid.NewGuid():N}.tmp";

    /// <summary>Absolute path of a new file beside another.</summary>
    /// <param name="path">Absolute path of the other.</param>
    public static string NewFileBeside(string path) => Path.Combine(Path.GetDirectoryName(path)!, NewFile());

    /// <summary>A new name of a work directory.</summary>
    public static string NewFolder() => $".diffah-work-{Guid.NewGuid():N}";

    /// <summary>The lock of those who put a file of this name into its folder.</summary>
    /// <param name="name">Name of the file, without its folder.</param>
    public static string LockOf(string name) =>
        $".diffah-{Oci.Digest.Compute(System.Text.Encoding.UTF8.GetBytes(name)).Hex[..32]}.lock";

    /// <summary>True for a name that only a run gives.</summary>
    /// <param name="name">The name, without its folder.</param>
    public static bool IsOurs(string name) => name == FolderLock || Form().IsMatch(name);

    [GeneratedRegex(@"^\.diffah-([0-9a-f]{32}\.(tmp|lock)|work-[0-9a-f]{32})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
