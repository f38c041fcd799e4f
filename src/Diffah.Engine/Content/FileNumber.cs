using Microsoft.Win32.SafeHandles;

namespace Diffah.Engine.Content;

/// <summary>
/// Device and inode of a file, without native code of our own. Linux lists them for every open file under /proc. Where
/// it does not, and on other systems, a lock shows whether two paths are one file: a lock held through one path can't
/// be taken through the other.
/// </summary>
internal static class FileNumber
{
    private const string MountTable = "/proc/self/mountinfo";

    /// <summary>True where both paths are names of one file.</summary>
    /// <param name="one">Absolute path of a file that looks like <paramref name="other"/>: size and times are the
    /// same.</param>
    /// <param name="other">Absolute path of a file.</param>
    public static bool AreSame(string one, string other)
    {
        try
        {
            return Read(one) is { } first && Read(other) is { } second ? first == second : ShareLock(one, other);
        }
        catch (UnauthorizedAccessException)
        {
            return false; // an input can be read, so what can't be is another file
        }
        catch (IOException)
        {
            return true; // somebody keeps it locked: nothing says that they are two
        }
    }

    /// <summary>True where a lock that is held through one path can't be taken through the other.</summary>
    internal static bool ShareLock(string one, string other)
    {
        using var held = Open(one, FileShare.None);
        try
        {
            Open(other, FileShare.Read).Dispose();
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>Device and inode; null where the system does not list them.</summary>
    internal static (string Device, string Inode)? Read(string path)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        using var file = Open(path, FileShare.ReadWrite | FileShare.Delete);
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in LinesOf($"/proc/self/fdinfo/{file.DangerousGetHandle()}"))
        {
            if (line.Split(':', 2) is [var name, var value])
                fields.TryAdd(name, value.Trim());
        }
        return fields.TryGetValue("ino", out var inode) && fields.TryGetValue("mnt_id", out var mount)
            ? (DeviceOf(mount), inode)
            : null;
    }

    // One device can be mounted in several places.
    private static string DeviceOf(string mount) =>
        LinesOf(MountTable).Select(line => line.Split(' '))
            .FirstOrDefault(fields => fields.Length > 2 && fields[0] == mount)?[2] ?? $"mount {mount}";

    private static string[] LinesOf(string path) => File.Exists(path) ? File.ReadAllLines(path) : [];

    private static SafeFileHandle Open(string path, FileShare share) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, share);
}
