using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Content;

/// <summary>
/// A private folder for the files that an operation spools. It is created when it is first needed; disposal deletes it
/// with its content.
/// </summary>
/// <param name="parent">Absolute path of the folder it is made in; made too where it is missing.</param>
public sealed class WorkDirectory(string parent) : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly Lock _lock = new();
    private string? _path;
    private int _lastName;
    private bool _disposed;

    /// <summary>The folder's absolute path; asking for it makes the folder.</summary>
    public string Path
    {
        get
        {
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                return _path ??= Make(parent);
            }
        }
    }

    /// <summary>A path inside the folder that nothing has yet.</summary>
    /// <param name="purpose">A word that tells a reader of the folder what the file is for.</param>
    public string NewFilePath(string purpose) =>
        System.IO.Path.Combine(Path, $"{Interlocked.Increment(ref _lastName):D4}-{purpose}");

    /// <summary>Asks for room before a file of a known size is written.</summary>
    /// <param name="bytes">How many bytes it will have.</param>
    /// <param name="what">What they are, for the error message.</param>
    /// <exception cref="DiffahException">DiskFull.</exception>
    public void RequireRoom(long bytes, string what)
    {
        if (FreeBytes(Path) is not { } free || bytes <= free)
            return;
        throw new DiffahException(DiffahErrors.DiskFull,
            $"{what} needs {Human.Size(bytes)} in the work directory, and the disk of '{parent}' has "
                + $"{Human.Size(free)} free.",
            "Free some room, or put the work directory on another disk with WorkDirectory (--workdir).");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            if (_path is not null && Directory.Exists(_path))
                Directory.Delete(_path, recursive: true);
            _path = null;
        }
    }

    // Null where the system does not say, as for a share that has no letter.
    private static long? FreeBytes(string path)
    {
        try
        {
            return new DriveInfo(path).AvailableFreeSpace;
        }
        catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string Make(string parent)
    {
        var path = System.IO.Path.Combine(parent, $".diffah-{Guid.NewGuid():N}");
        Directory.CreateDirectory(parent);
        Directory.CreateDirectory(path, OwnerOnly);
        return path;
    }
}
