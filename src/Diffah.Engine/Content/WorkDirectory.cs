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

    /// <summary>Refuses what can't fit, before any of it is written.</summary>
    /// <param name="bytes">How many bytes are to be written.</param>
    /// <param name="what">What they are, for the error message.</param>
    /// <exception cref="DiffahException">DiskFull.</exception>
    public void RequireRoom(long bytes, string what)
    {
        if (FreeBytes(Path) is { } free && bytes > free)
            throw new DiffahException(DiffahErrors.DiskFull,
                $"{what} takes {Human.Size(bytes)}, and the disk of '{parent}' has {Human.Size(free)} free.");
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

    // What does not tell is found out by writing.
    private static long? FreeBytes(string folder)
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

    private static string Make(string parent)
    {
        var path = System.IO.Path.Combine(parent, $".diffah-{Guid.NewGuid():N}");
        Directory.CreateDirectory(parent);
        Directory.CreateDirectory(path, OwnerOnly);
        return path;
    }
}
