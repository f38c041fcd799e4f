using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;

namespace Diffah.Engine.Operations.Requests;

/// <summary>Refuses paths that only a current directory could complete: the engine knows none.</summary>
internal static class RequestGuard
{
    /// <exception cref="DiffahException">InvalidArgument.</exception>
    public static void AbsolutePath(string path)
    {
        if (!Path.IsPathFullyQualified(path))
            throw new DiffahException(DiffahErrors.InvalidArgument, $"The path '{path}' is not absolute.");
    }

    /// <exception cref="DiffahException">InvalidArgument.</exception>
    public static void AbsolutePath(ImageReference reference)
    {
        if (reference is { IsFile: true, IsStandardStream: false })
            AbsolutePath(reference.Path);
    }

    /// <summary>Lets a delta archive be a file, or a standard stream.</summary>
    /// <exception cref="DiffahException">InvalidArgument.</exception>
    public static void AbsolutePathOrStream(string archive)
    {
        if (!StandardStreams.AreMeant(archive))
            AbsolutePath(archive);
    }

    /// <summary>The folder something lies in; the root for the root itself.</summary>
    public static string FolderOf(string path) =>
        Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(path)) ?? path;

    /// <summary>
    /// Where to spool for an archive that is written: beside it, or in the system's temporary folder for a stream.
    /// </summary>
    public static string SpoolFolderFor(string archive) =>
        StandardStreams.AreMeant(archive) ? Path.GetTempPath() : FolderOf(archive);

    /// <summary>
    /// Where to spool for a destination: beside it, but never by making its folder, since whether that may be missing
    /// is for the transport to say; the system's temporary folder where there is none.
    /// </summary>
    public static string SpoolFolderFor(ImageReference destination) =>
        destination is { IsFile: true, IsStandardStream: false } && FolderOf(destination.Path) is var folder
            && Directory.Exists(folder)
            ? folder
            : Path.GetTempPath();
}
