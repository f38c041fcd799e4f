namespace Diffah.Engine.Content;

/// <summary>Follows the links of a path to its real target.</summary>
internal static class RealPath
{
    private const int MaximumLinks = 40; // as the kernel has it

    /// <summary>The path without links. Parts that do not exist yet stay as they are.</summary>
    /// <param name="path">Absolute path.</param>
    public static string Of(string path)
    {
        // The target of ".." is known only after the links before it are followed.
        var current = Path.GetPathRoot(path)!;
        var pending = new Stack<string>();
        Push(pending, path[current.Length..]);
        var links = 0;
        while (pending.TryPop(out var name))
        {
            if (name == "..")
            {
                current = Path.GetDirectoryName(current) ?? current;
                continue;
            }
            var next = Path.Combine(current, name);
            if (TargetOf(next) is not { } target || ++links > MaximumLinks)
            {
                current = next;
                continue;
            }
            if (Path.IsPathRooted(target))
                current = Path.GetPathRoot(target)!;
            Push(pending, target[Path.GetPathRoot(target)!.Length..]);
        }
        return current;
    }

    /// <summary>True for a folder itself and for a path below it.</summary>
    /// <param name="path">A real path.</param>
    /// <param name="folder">The real path of the folder.</param>
    public static bool IsIn(string path, string folder) =>
        path == folder
            || path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar,
                StringComparison.Ordinal);

    private static void Push(Stack<string> pending, string path)
    {
        foreach (var name in path.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar).Reverse())
        {
            if (name is not ("" or "."))
                pending.Push(name);
        }
    }

    private static string? TargetOf(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // whoever may not look at it can't write there either
        }
    }
}
