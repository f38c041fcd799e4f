using Diffah.Engine.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace Diffah.Engine.Content;

/// <summary>
/// A private folder for the files that an operation spools. It is created when it is first needed; disposal deletes it
/// with its content. What killed runs left beside it is taken away.
/// </summary>
public sealed class WorkDirectory : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const int MostAttempts = 20;

    private readonly Lock _lock = new();
    private readonly string _parent;
    private string? _path;
    private SafeFileHandle? _held;
    private int _lastName;
    private bool _disposed;

    /// <param name="parent">Absolute path of the folder it is made in; made too where it is missing.</param>
    public WorkDirectory(string parent)
    {
        _parent = parent;
        Leftovers.Sweep(parent);
    }

    /// <summary>The folder's absolute path; asking for it makes the folder.</summary>
    public string Path
    {
        get
        {
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                return _path ??= Make();
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
    public void RequireRoom(long bytes, string what) => DiskSpace.Require(Path, bytes, what,
        "Free some room, or put the work directory on another disk with WorkDirectory (--workdir).");

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            try
            {
                if (_path is not null && Directory.Exists(_path))
                    Leftovers.RemoveFolder(_path);
            }
            finally
            {
                _path = null;
                _held?.Dispose();
            }
        }
    }

    // Another run that sweeps may take the folder away before it is known to be held; then another is made.
    private string Make()
    {
        for (var attempt = 1; ; attempt++)
        {
            var path = System.IO.Path.Combine(_parent, RunNames.NewFolder());
            try
            {
                Directory.CreateDirectory(_parent);
                Directory.CreateDirectory(path, OwnerOnly);
                if (TryHold(path))
                    return path;
            }
            catch (IOException e) when (attempt < MostAttempts
                && (e is DirectoryNotFoundException or FileNotFoundException || FileLock.IsHeld(e)))
            {
            }
        }
    }

    private bool TryHold(string path)
    {
        var name = Leftovers.LockIn(path);
        var held = File.OpenHandle(name, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        if (File.Exists(name))
        {
            _held = held;
            return true;
        }
        held.Dispose();
        return false;
    }
}
