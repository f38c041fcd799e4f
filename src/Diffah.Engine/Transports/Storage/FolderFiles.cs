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

    /// <summary>Says whether a destination holds anything; refuses one that can't be a folder.</summary>
    /// <param name="path">Absolute path of the destination.</param>
    /// <exception cref="DiffahException">DestinationExists, or FileNotFound (a file is where a folder above should
    /// be).</exception>
    public static bool HoldsAnything(string path)
    {
        if (File.Exists(path))
            throw new DiffahException(
                DiffahErrors.DestinationExists, $"'{path}' is a file.", "Choose a folder for the output.");
        if (Directory.Exists(path))
            return Directory.EnumerateFileSystemEntries(path).Any();
        MadeFolders.RequireRoom(Path.TrimEndingDirectorySeparator(path));
        return false;
    }
}
