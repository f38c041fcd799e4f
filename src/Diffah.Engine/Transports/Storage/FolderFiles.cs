using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;

namespace Diffah.Engine.Transports.Storage;

/// <summary>The files of an image that is a folder.</summary>
internal static class FolderFiles
{
    /// <summary>Opens a file of a folder; null where it is not there.</summary>
    /// <param name="root">Absolute path of the folder.</param>
    /// <param name="name">Relative name of the file.</param>
    /// <exception cref="DiffahException">AccessDenied; IoFailure, such as links in a circle.</exception>
    public static Stream? TryOpen(string root, string name)
    {
        var path = ContainedPath.Resolve(root, name);
        try
        {
            if (!File.Exists(path))
                return null;
            InputFile.RequireFile(path, $"'{name}' of '{root}'");
            return OpenRead(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DiffahException.From(e);
        }
    }

    /// <summary>Opens a file for reading from the start to the end.</summary>
    /// <param name="path">Absolute path.</param>
    public static FileStream OpenRead(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0,
            FileOptions.Asynchronous | FileOptions.SequentialScan);

    /// <summary>Refuses a path that is no folder.</summary>
    /// <param name="path">Absolute path.</param>
    /// <exception cref="DiffahException">FileNotFound.</exception>
    public static void RequireFolder(string path)
    {
        if (File.Exists(path))
            throw new DiffahException(DiffahErrors.FileNotFound, $"'{path}' is a file, not a folder.",
                $"Read an archive with {TransportTraits.Words(t => t.Mark is not null)}, or correct the path.");
        if (!Directory.Exists(path))
            throw new DiffahException(DiffahErrors.FileNotFound, $"The folder '{path}' does not exist.");
    }

    /// <summary>
    /// Refuses a link in the place of a file or folder of an image: what is written would go elsewhere.
    /// </summary>
    /// <param name="path">Absolute path of the file or folder, there or not.</param>
    /// <exception cref="DiffahException">DestinationExists.</exception>
    public static void RequireNoLink(string path)
    {
        if (new FileInfo(path).LinkTarget is { } target)
            throw new DiffahException(DiffahErrors.DestinationExists,
                $"'{path}' is a link to '{target}', and an image is written into its own folder only.",
                "Put the folder itself in the place of the link, or choose another destination.");
    }

    /// <summary>
    /// Says whether a destination holds anything but what runs keep there; refuses one that can't be a folder.
    /// </summary>
    /// <param name="path">Absolute path of the destination.</param>
    /// <exception cref="DiffahException">DestinationExists, or FileNotFound (a file is where a folder above should
    /// be).</exception>
    public static bool HoldsAnything(string path)
    {
        if (File.Exists(path))
            throw new DiffahException(
                DiffahErrors.DestinationExists, $"'{path}' is a file.", "Choose a folder for the output.");
        if (Directory.Exists(path))
            return !Leftovers.IsEmptyBut(path);
        MadeFolders.RequireRoom(Path.TrimEndingDirectorySeparator(path));
        return false;
    }
}
