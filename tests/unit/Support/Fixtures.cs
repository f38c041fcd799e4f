namespace Diffah.Tests.Support;

/// <summary>
/// Where the data are that this project did not write; tests that need them skip, loudly, without them.
/// </summary>
internal static class Fixtures
{
    private static readonly string? Root = Find();

    /// <summary>The absolute path of a fixture.</summary>
    public static string Path(string name)
    {
        Skip.If(Root is null,
            "The fixtures (../shared/fixtures, or the folder in DIFFAH_FIXTURES) are not on this machine.");
        return System.IO.Path.Combine(Root!, name);
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("DIFFAH_FIXTURES") is { Length: > 0 } given)
            return Directory.Exists(given) ? given : null;
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "Diffah.sln")))
            folder = folder.Parent;
        var fixtures =
            folder?.Parent is { } parent ? System.IO.Path.Combine(parent.FullName, "shared", "fixtures") : null;
        return Directory.Exists(fixtures) ? fixtures : null;
    }
}
