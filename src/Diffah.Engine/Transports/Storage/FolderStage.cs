using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Transports.Storage;

/// <summary>
/// Where the files of a folder wait until they are published: a work directory inside it, shared by all images that
/// this process writes there at the same time, so that what several need is written once. It goes with the last of
/// them.
/// </summary>
internal sealed class FolderStage : IDisposable
{
    private static readonly Lock Lock = new();
    private static readonly Dictionary<string, FolderStage> Open = new(StringComparer.Ordinal);

    private readonly string _key;
    private readonly MadeFolders _created = new();
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<string, string> _staged = new(StringComparer.Ordinal);
    private WorkDirectory? _work;
    private int _users;

    private FolderStage(string root, string key) => (Root, _key) = (root, key);

    /// <summary>Absolute path of the folder.</summary>
    public string Root { get; }

    /// <summary>True where another image is written into the folder by this process.</summary>
    public bool IsShared
    {
        get
        {
            lock (Lock)
                return _users > 1;
        }
    }

    /// <summary>The stage of a folder; each who asks disposes of it.</summary>
    /// <param name="root">Absolute path of the folder, there or not.</param>
    public static FolderStage Of(string root)
    {
        lock (Lock)
        {
            var key = RealPath.Of(root);
            if (!Open.TryGetValue(key, out var stage))
                Open[key] = stage = new FolderStage(root, key);
            stage._users++;
            return stage;
        }
    }

    /// <summary>Absolute path of a file that waits; null where there is none of that name.</summary>
    /// <param name="name">The relative name that it will have.</param>
    public string? Find(string name)
    {
        lock (_staged)
            return _staged.GetValueOrDefault(name);
    }

    /// <summary>Writes a file that waits.</summary>
    /// <param name="name">The relative name that it will have.</param>
    /// <param name="content">Its content; not disposed of.</param>
    /// <param name="size">Its size in bytes.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    /// <exception cref="DiffahException">SizeMismatch, DiskFull.</exception>
    public async Task WriteAsync(string name, Stream content, long size, CancellationToken cancellationToken)
    {
        var path = Work().NewFilePath("staged");
        DiskSpace.Require(Root, size, $"'{name}'");
        try
        {
            await WriteFileAsync(path, name, content, size, cancellationToken);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
        lock (_staged)
            _staged[name] = path;
    }

    /// <summary>Gives a file that waits its name; whatever has the name is replaced.</summary>
    /// <param name="name">Its relative name.</param>
    /// <param name="path">Absolute path of its place.</param>
    public void Move(string name, string path)
    {
        lock (_staged)
        {
            if (!_staged.Remove(name, out var staged))
                return; // another image of this process has published it
            File.Move(staged, path, overwrite: true);
        }
    }

    /// <summary>Tells other runs that a file in its place is relied on, as long as this stage is there.</summary>
    /// <param name="name">Name of the file, right in the folder.</param>
    public void Pin(string name) => File.WriteAllBytes(Path.Combine(Work().Path, Pinned(name)), []);

    /// <summary>The names that other runs rely on. To be asked under the lock.</summary>
    public HashSet<string> PinnedByOthers()
    {
        var own = IsShared || _work is null ? null : Path.GetFileName(_work.Path);
        return [.. Directory.EnumerateDirectories(Root, ".diffah-work-*")
            .Where(folder => Path.GetFileName(folder) != own)
            .SelectMany(folder => Directory.EnumerateFiles(folder, Pinned("*")))
            .Select(path => Path.GetFileName(path)[Pinned("").Length..])];
    }

    /// <summary>Holds everybody off who publishes here, in this process and in others.</summary>
    /// <param name="events">Told of waiting.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>To be disposed of soon.</returns>
    /// <exception cref="DiffahException">DestinationBusy.</exception>
    public async Task<IDisposable> LockAsync(EventSink events, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var taken = await FileLock.TakeAsync(
                Path.Combine(Root, RunNames.FolderLock), Root, events.For("transports"), cancellationToken);
            return new Held(taken, _turn);
        }
        catch
        {
            _turn.Release();
            throw;
        }
    }

    /// <summary>Keeps the folder itself, where it was made.</summary>
    public void KeepFolder()
    {
        lock (Lock)
            _created.Keep();
    }

    /// <summary>Lets go of the stage; with the last who does, everything that still waits is gone.</summary>
    public void Dispose()
    {
        lock (Lock)
        {
            if (--_users > 0)
                return;
            Open.Remove(_key);
            try
            {
                _work?.Dispose();
            }
            finally
            {
                _created.Dispose();
                _turn.Dispose();
            }
        }
    }

    private WorkDirectory Work()
    {
        lock (Lock)
        {
            if (_work is not null)
                return _work;
            _created.Ensure(Root);
            return _work = new WorkDirectory(Root);
        }
    }

    private static async Task WriteFileAsync(
        string path, string name, Stream content, long size, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(
            path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 128 * 1024, FileOptions.Asynchronous);
        var written = await content.CopyToAsync(file, null, cancellationToken);
        if (written != size)
            throw new DiffahException(DiffahErrors.SizeMismatch, $"'{name}' came to {written} bytes, not {size}.");
        await file.FlushAsync(cancellationToken);
        file.Flush(flushToDisk: true);
    }

    private static string Pinned(string name) => $"pinned-{name}";

    private sealed class Held(FileLock file, SemaphoreSlim turn) : IDisposable
    {
        public void Dispose()
        {
            try
            {
                file.Dispose();
            }
            finally
            {
                turn.Release();
            }
        }
    }
}
