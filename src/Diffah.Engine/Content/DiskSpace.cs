using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Content;

/// <summary>What is free on a disk.</summary>
internal static class DiskSpace
{
    /// <summary>Refuses what can't fit, before the disk is filled with a part of it.</summary>
    /// <param name="folder">Absolute path of a folder on the disk.</param>
    /// <param name="bytes">How much is to be written.</param>
    /// <param name="what">What it is, for people.</param>
    /// <param name="nextAction">What to do; null means the row's own.</param>
    /// <exception cref="DiffahException">DiskFull.</exception>
    public static void Require(string folder, long bytes, string what, string? nextAction = null)
    {
        if (Free(folder) is { } free && bytes > free)
            throw new DiffahException(DiffahErrors.DiskFull,
                $"{what} needs {Human.Size(bytes)}, and {Human.Size(free)} are free where '{folder}' is.",
                nextAction);
    }

    /// <summary>Bytes that the user may still write; null where the system does not say.</summary>
    private static long? Free(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
