namespace Diffah.Engine.Configuration;

/// <summary>Where the configuration file is, or would be.</summary>
/// <param name="Path">Its path; absolute for the engine.</param>
/// <param name="IsNamed">True where the user named it, so that it has to be there.</param>
public sealed record ConfigurationFile(string Path, bool IsNamed)
{
    /// <summary>Absolute path of the folder that <c>~/</c> in it stands for; null where there is none.</summary>
    public string? HomeFolder { get; init; }

    /// <summary>
    /// A path in the file made absolute: <c>~/</c> is the home folder, a relative path begins at the file's folder.
    /// </summary>
    internal string Resolve(string path)
    {
        if (HomeFolder is { } home && (path == "~" || path.StartsWith("~/", StringComparison.Ordinal)))
            return System.IO.Path.Join(home, path[1..]);
        return System.IO.Path.GetFullPath(path, System.IO.Path.GetDirectoryName(Path)!);
    }
}
