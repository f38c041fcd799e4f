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
        if (reference.IsFile)
            AbsolutePath(reference.Path);
    }

    /// <summary>The folder something lies in; the root for the root itself.</summary>
    public static string FolderOf(string path) =>
        Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(path)) ?? path;

    /// <summary>
    /// Where to spool for a destination: beside it, but never by making its folder, since whether that may be missing
    /// is for the transport to say; the system's temporary folder where there is none.
    /// </summary>
    public static string SpoolFolderFor(ImageReference destination) =>
        destination.IsFile && FolderOf(destination.Path) is var folder && Directory.Exists(folder)
            ? folder
            : Path.GetTempPath();
}
