namespace Diffah.Tests.Support;

/// <summary>Where this repository is, and what was built in it.</summary>
internal static class Repository
{
    /// <summary>Absolute path of the folder with Diffah.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>
    /// Absolute path of a file that a project of the repository is built into, in this test run's configuration.
    /// </summary>
    public static string BuildOf(string project, string file)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(Root, project, "bin", output.Parent!.Name, output.Name, file);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Diffah.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("These tests run inside the repository.");
    }
}
