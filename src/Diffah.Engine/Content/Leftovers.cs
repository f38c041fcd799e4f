using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Content;

/// <summary>
/// What runs left in a folder that were killed. A run holds a lock on each file and work directory of its own; what
/// nobody holds is nobody's. Where the file system keeps no locks, nothing is taken away.
/// </summary>
internal static class Leftovers
{
    private const string LockOfFolder = "lock";

    /// <summary>Absolute path of the file that whoever works in a work directory holds locked.</summary>
    /// <param name="folder">Absolute path of the work directory.</param>
    public static string LockIn(string folder) => Path.Combine(folder, LockOfFolder);

    /// <summary>True where a folder holds nothing, or nothing but what runs keep there.</summary>
    /// <param name="folder">Absolute path of the folder.</param>
    public static bool IsEmptyBut(string folder) =>
        Directory.EnumerateFileSystemEntries(folder).All(path => RunNames.IsOurs(Path.GetFileName(path)));

    /// <summary>Takes away what dead runs left in a folder; what can't be is left.</summary>
    /// <param name="folder">Absolute path of the folder, there or not.</param>
    public static void Sweep(string folder)
    {
        foreach (var path in Find(folder))
        {
            try
            {
                SweepOne(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or DiffahException)
            {
                // Another user's, gone meanwhile, or swept by another run.
            }
        }
    }

    /// <summary>Removes a work directory, its lock last: half removed, it is still known for what it is.</summary>
    /// <param name="folder">Absolute path of the work directory.</param>
    public static void RemoveFolder(string folder)
    {
        var held = LockIn(folder);
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo { LinkTarget: null } below)
                below.Delete(recursive: true);
            else if (entry.FullName != held)
                entry.Delete();
        }
        File.Delete(held);
        try
        {
            Directory.Delete(folder);
        }
        catch (DirectoryNotFoundException)
        {
            // An empty one is swept by whoever sees it first.
        }
    }

    private static string[] Find(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(folder, ".diffah*")
                .Where(path => RunNames.IsOurs(Path.GetFileName(path)))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // not there, or not to be looked into
        }
    }

    private static void SweepOne(string path)
    {
        var info = new FileInfo(path);
        if (info.LinkTarget is not null)
            return;
        if (Directory.Exists(path))
            SweepFolder(path);
        else if (info.Extension == ".lock")
            FileLock.TryTake(path)?.Dispose();
        else
            WhereNobodyHolds(path, () => File.Delete(path));
    }

    private static void SweepFolder(string folder)
    {
        if (!Directory.EnumerateFileSystemEntries(folder).Any())
            Directory.Delete(folder); // whoever just made it makes another
        else if (new FileInfo(LockIn(folder)) is { Exists: true, LinkTarget: null } held)
            WhereNobodyHolds(held.FullName, () => RemoveFolder(folder));
    }

    private static void WhereNobodyHolds(string path, Action remove)
    {
        using var held = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        if (FileLock.KeepsOff(path))
            remove();
    }
}
