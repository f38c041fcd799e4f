using System.Runtime.InteropServices;

namespace Diffah.Engine.Compression;

/// <summary>Finds a native library of the system by its names, or the one file that an environment variable names.</summary>
internal static class SystemLibrary
{
    private static readonly string[] MacFolders = ["/opt/homebrew/lib", "/usr/local/lib", "/opt/local/lib"];

    /// <summary>Loads the first candidate that can be used; 0 and null where none can.</summary>
    /// <param name="pathVariable">Environment variable that names a file to use in place of all candidates.</param>
    /// <param name="linux">Names on Linux, the best first.</param>
    /// <param name="mac">File names on macOS, looked for in the folders of its package managers too.</param>
    /// <param name="isUsable">Judges a library that was loaded.</param>
    public static (nint Handle, string? Name) Load(string pathVariable, string[] linux, string[] mac, Func<nint, bool> isUsable)
    {
        foreach (var candidate in Candidates(pathVariable, linux, mac))
        {
            if (NativeLibrary.TryLoad(candidate, out var handle) && isUsable(handle))
                return (handle, candidate);
        }
        return default;
    }

    private static string[] Candidates(string pathVariable, string[] linux, string[] mac)
    {
        if (Environment.GetEnvironmentVariable(pathVariable) is { Length: > 0 } path)
            return [path];
        return OperatingSystem.IsMacOS() ? [.. MacFolders.SelectMany(_ => mac, Path.Combine), .. mac] : linux;
    }
}
