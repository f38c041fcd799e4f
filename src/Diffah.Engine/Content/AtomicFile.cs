using Diffah.Engine.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace Diffah.Engine.Content;

/// <summary>
/// A file that appears whole or not at all: written under a temporary name beside its place, and renamed on commit.
/// Disposal without commit removes it. It makes missing folders and removes those again with the file. What killed runs
/// left beside it is taken away.
/// </summary>
public sealed class AtomicFile : IAsyncDisposable, IDisposable
{
    private const int MostAttempts = 20;

    private readonly bool _overwrite;
    private readonly MadeFolders _folders = new();
    private bool _committed;

    /// <summary>Begins the file.</summary>
    /// <param name="path">Absolute path of the finished file; a missing folder is created.</param>
    /// <param name="overwrite">Whether an existing file may be replaced.</param>
    /// <param name="mode">The file's permissions from its first byte on, less the process's umask; null means the
    /// system's default. Ignored on Windows.</param>
    /// <exception cref="DiffahException">DestinationExists or FileNotFound (a file is where a folder should
    /// be).</exception>
    public AtomicFile(string path, bool overwrite, UnixFileMode? mode = null)
    {
        RequireRoom(path, overwrite);
        (FinalPath, _overwrite) = (path, overwrite);
        (TemporaryPath, Stream, ReadHandle) = Create(Path.GetDirectoryName(path)!, mode);
    }

    /// <summary>The path the file will have.</summary>
    public string FinalPath { get; }

    /// <summary>The path it has until commit.</summary>
    public string TemporaryPath { get; }

    /// <summary>What to write to.</summary>
    public FileStream Stream { get; }

    /// <summary>
    /// Reads the file while it is written and after. It also shows to other runs that the file is somebody's, from its
    /// beginning to its commit: nobody takes it for what a killed run left.
    /// </summary>
    internal SafeFileHandle ReadHandle { get; }

    /// <summary>Throws where the file could not be created at a path. Writes nothing.</summary>
    /// <param name="path">Absolute path of the file.</param>
    /// <param name="overwrite">Whether an existing file may be replaced.</param>
    /// <exception cref="DiffahException">DestinationExists or FileNotFound (a file is where a folder should
    /// be).</exception>
    public static void RequireRoom(string path, bool overwrite)
    {
        if (Directory.Exists(path))
            throw new DiffahException(
                DiffahErrors.DestinationExists, $"'{path}' is a folder.", "Choose a file name for the output.");
        if (!overwrite && File.Exists(path))
            throw Exists(path);
        MadeFolders.RequireRoom(Path.GetDirectoryName(path)!);
    }

    /// <summary>Flushes everything to the disk and closes the stream. The file keeps its temporary name.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        await Stream.FlushAsync(cancellationToken);
        Stream.Flush(flushToDisk: true);
        await Stream.DisposeAsync();
    }

    /// <summary>Gives the file its name. Call it after <see cref="FinishAsync"/>.</summary>
    /// <exception cref="DiffahException">DestinationExists, where another process created it meanwhile.</exception>
    public void Commit()
    {
        try
        {
            File.Move(TemporaryPath, FinalPath, _overwrite);
        }
        catch (IOException) when (!_overwrite && File.Exists(FinalPath))
        {
            throw Exists(FinalPath);
        }
        _committed = true;
        _folders.Keep();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Stream.Dispose();
        }
        finally
        {
            RemoveUncommitted();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Stream.DisposeAsync();
        }
        finally
        {
            RemoveUncommitted();
        }
    }

    // A run that sweeps may take the file away before it is known to be held; then another is made.
    private (string Path, FileStream Stream, SafeFileHandle Held) Create(string folder, UnixFileMode? mode)
    {
        try
        {
            Leftovers.Sweep(folder);
            for (var attempt = 1; ; attempt++)
            {
                _folders.Ensure(folder);
                var path = Path.Combine(folder, RunNames.NewFile());
                if (TryCreate(path, mode, attempt == MostAttempts) is { } created)
                    return (path, created.Stream, created.Held);
            }
        }
        catch
        {
            _folders.Dispose();
            throw;
        }
    }

    private static (FileStream Stream, SafeFileHandle Held)? TryCreate(string path, UnixFileMode? mode, bool isLast)
    {
        FileStream? stream = null;
        SafeFileHandle? held = null;
        try
        {
            stream = new FileStream(path, Options(mode));
            held = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (File.Exists(path))
                return (stream, held);
        }
        catch (IOException e) when (!isLast && IsLost(e))
        {
        }
        catch
        {
            stream?.Dispose();
            if (stream is not null)
                File.Delete(path);
            throw;
        }
        held?.Dispose();
        stream?.Dispose();
        return isLast ? throw new IOException($"'{path}' was taken away by somebody else.") : null;
    }

    private static bool IsLost(IOException exception) =>
        exception is FileNotFoundException or DirectoryNotFoundException || FileLock.IsHeld(exception);

    private static FileStreamOptions Options(UnixFileMode? mode)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Read,
            BufferSize = 128 * 1024,
            Options = FileOptions.Asynchronous
        };
        if (mode is not null && !OperatingSystem.IsWindows())
            options.UnixCreateMode = mode;
        return options;
    }

    // In a finally block: closing flushes, which fails again on a full disk, and the file must still be removed.
    private void RemoveUncommitted()
    {
        if (!_committed)
            File.Delete(TemporaryPath);
        ReadHandle.Dispose();
        _folders.Dispose();
    }

    private static DiffahException Exists(string path) =>
        new(DiffahErrors.DestinationExists, $"'{path}' exists already.");
}
