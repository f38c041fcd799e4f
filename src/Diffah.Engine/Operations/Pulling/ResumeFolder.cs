using System.Text.RegularExpressions;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Operations.Pulling;

/// <summary>
/// A folder in which what was fetched stays until the image is there, so that a run that was cut short is gone on with.
/// One run uses it at a time.
/// </summary>
internal sealed partial class ResumeFolder : IDisposable
{
    private const string LockName = ".diffah-lock";

    private readonly FileLock _lock;
    private readonly bool _isOurs;

    private ResumeFolder(string path, FileLock taken, bool isOurs) => (Path, _lock, _isOurs) = (path, taken, isOurs);

    /// <summary>Absolute path of the folder.</summary>
    public string Path { get; }

    /// <summary>Takes a folder, and makes it where there is none.</summary>
    /// <param name="path">Absolute path; the folder above it is there.</param>
    /// <exception cref="DiffahException">DestinationBusy: another run uses it. FileNotFound, AccessDenied.</exception>
    public static ResumeFolder Take(string path)
    {
        var isOurs = !Directory.Exists(path);
        if (File.Exists(path))
            throw new DiffahException(DiffahErrors.InvalidArgument, $"'{path}' is a file, and no folder to resume in.",
                "Give ResumeDirectory (--resume-dir) a folder, or the path of one that is to be made.");
        if (isOurs && System.IO.Path.GetDirectoryName(System.IO.Path.TrimEndingDirectorySeparator(path)) is { } parent
            && !Directory.Exists(parent))
            throw new DiffahException(DiffahErrors.FileNotFound, $"The folder '{parent}' does not exist.",
                "Make it first, or give ResumeDirectory (--resume-dir) another path.");
        Directory.CreateDirectory(path);
        var taken = FileLock.TryTake(System.IO.Path.Combine(path, LockName))
            ?? throw new DiffahException(DiffahErrors.DestinationBusy,
                $"Another run resumes in the folder '{path}'.",
                "Wait until it has ended, or give ResumeDirectory (--resume-dir) another folder.");
        return new ResumeFolder(path, taken, isOurs);
    }

    /// <summary>Removes what was kept: the image is there. What others put into the folder stays.</summary>
    public void Clear()
    {
        foreach (var file in Directory.EnumerateFiles(Path).Where(f => Kept().IsMatch(System.IO.Path.GetFileName(f))))
            File.Delete(file);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lock.Dispose();
        // Made by this run, and nothing is kept in it.
        if (_isOurs && Directory.Exists(Path) && !Directory.EnumerateFileSystemEntries(Path).Any())
            Directory.Delete(Path);
    }

    [GeneratedRegex(@"^(?:sha256-[0-9a-f]{64}|sha512-[0-9a-f]{128})(?:\.part)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Kept();
}
