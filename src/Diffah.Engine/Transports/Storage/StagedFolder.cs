using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Transports.Storage;

/// <summary>
/// An image on its way into a folder. Its files wait in a <see cref="FolderStage"/> until all of them are published
/// together, under the folder's lock; given up, they go with the stage. What was there before is never removed.
/// </summary>
/// <param name="root">Absolute path of the folder; made when the first file is written.</param>
/// <param name="events">Told of waiting for others.</param>
internal sealed class StagedFolder(string root, EventSink events) : IDisposable
{
    private readonly FolderStage _stage = FolderStage.Of(Path.TrimEndingDirectorySeparator(root));
    private readonly List<string> _written = [];
    private readonly Dictionary<string, long> _found = new(StringComparer.Ordinal);
    private bool _disposed;

    /// <summary>Absolute path of the folder.</summary>
    public string Root => _stage.Root;

    /// <summary>True where a blob's file is there or waits already, whole and right.</summary>
    /// <param name="name">Relative name of the file.</param>
    /// <param name="blob">What it must be.</param>
    /// <param name="pin">Whether it could be removed by whoever replaces the folder's image.</param>
    /// <param name="cancellationToken">Stops the hashing.</param>
    public async Task<bool> HasAsync(string name, Descriptor blob, bool pin, CancellationToken cancellationToken)
    {
        if (_found.ContainsKey(name) || IsStaged(name))
            return true;
        var file = new FileInfo(Resolve(name));
        if (!IsSize(file, blob.Size) || !await IsPublishedAsync(file, name, blob.Size, pin, cancellationToken)
            || !await IsRightAsync(file, blob, cancellationToken))
            return false;
        _found[name] = blob.Size;
        return true;
    }

    /// <summary>Writes a file, unless it is known to be there.</summary>
    /// <param name="name">Relative name of the file.</param>
    /// <param name="content">Its content; not disposed of.</param>
    /// <param name="size">Its size in bytes.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    /// <exception cref="DiffahException">SizeMismatch, DiskFull.</exception>
    public async Task WriteAsync(string name, Stream content, long size, CancellationToken cancellationToken)
    {
        if (_found.ContainsKey(name) || IsStaged(name))
            return;
        await _stage.WriteAsync(name, content, size, cancellationToken);
        _written.Add(name);
    }

    /// <summary>Writes a small file, unless it is known to be there.</summary>
    /// <param name="name">Relative name of the file.</param>
    /// <param name="content">Its content.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    public async Task WriteAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(content.ToArray(), writable: false);
        await WriteAsync(name, stream, content.Length, cancellationToken);
    }

    /// <summary>Opens a file as it is, or as it will be; null where there is none.</summary>
    /// <param name="name">Relative name of the file.</param>
    public Stream? TryOpen(string name) => TryOpenStaged(name) ?? FolderFiles.TryOpen(Root, name);

    /// <summary>Opens a file that waits; null where there is none.</summary>
    /// <param name="name">Relative name of the file.</param>
    public Stream? TryOpenStaged(string name) =>
        _stage.Find(ContainedPath.Normalize(name)) is { } path ? FolderFiles.OpenRead(path) : null;

    /// <summary>Holds off everybody else who publishes here.</summary>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>To be disposed of soon.</returns>
    /// <exception cref="DiffahException">DestinationBusy.</exception>
    public Task<IDisposable> LockAsync(CancellationToken cancellationToken) =>
        _stage.LockAsync(events, cancellationToken);

    /// <summary>
    /// Gives all files of the image their names, and last the file that makes them an image. To be called under the
    /// lock. Where it fails, nothing new stays.
    /// </summary>
    /// <param name="last">Relative name of the last file.</param>
    /// <param name="content">Its content.</param>
    /// <param name="cancellationToken">Stops it, as long as nothing is visible.</param>
    /// <exception cref="DiffahException">DestinationExists (a link in the way), IoFailure, ReadBackFailed.</exception>
    public async Task PublishAsync(string last, RawManifest content, CancellationToken cancellationToken)
    {
        RequireFound();
        FolderFiles.RequireNoLink(Path.Combine(Root, last));
        using var file = new AtomicFile(Resolve(last), overwrite: true);
        await WriteLastAsync(file, content, cancellationToken);
        using var publication = new Publication(_stage);
        foreach (var name in _written)
            publication.Add(name, Resolve(name));
        file.Commit();
        publication.Keep();
        _stage.KeepFolder();
    }

    /// <summary>The names right in the folder that other runs rely on. To be asked under the lock.</summary>
    public HashSet<string> PinnedByOthers() => _stage.PinnedByOthers();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _stage.Dispose();
    }

    // One that another image of this process has written counts as this one's too: whoever is first publishes it.
    private bool IsStaged(string name)
    {
        if (_written.Contains(name))
            return true;
        if (_stage.Find(name) is null)
            return false;
        _written.Add(name);
        return true;
    }

    // Under the lock, no file is seen that somebody has just published and may have to take back.
    private async Task<bool> IsPublishedAsync(
        FileInfo file, string name, long size, bool pin, CancellationToken cancellationToken)
    {
        using (await LockAsync(cancellationToken))
        {
            file.Refresh();
            if (!IsSize(file, size))
                return false;
            if (pin)
                _stage.Pin(name);
            return true;
        }
    }

    private void RequireFound()
    {
        foreach (var (name, size) in _found)
        {
            if (!IsSize(new FileInfo(Resolve(name)), size))
                throw new DiffahException(DiffahErrors.IoFailure,
                    $"'{Resolve(name)}' was there when this run began, and somebody has removed it meanwhile.",
                    "Run the command again: what is missing is written then.");
        }
        foreach (var name in _written)
        {
            if (_stage.Find(name) is null && !File.Exists(Resolve(name)))
                throw new DiffahException(DiffahErrors.IoFailure, $"'{Resolve(name)}' was removed meanwhile.",
                    "Run the command again: what is missing is written then.");
        }
    }

    private static async Task WriteLastAsync(AtomicFile file, RawManifest content, CancellationToken cancellationToken)
    {
        await file.Stream.WriteAsync(content.Bytes, cancellationToken);
        await file.FinishAsync(cancellationToken);
        var read = await File.ReadAllBytesAsync(file.TemporaryPath, cancellationToken);
        if (!read.AsSpan().SequenceEqual(content.Bytes.Span))
            throw new DiffahException(
                DiffahErrors.ReadBackFailed, $"'{file.FinalPath}' does not read back as it was written.");
    }

    private string Resolve(string name)
    {
        var path = ContainedPath.Resolve(Root, name);
        var folder = Path.GetDirectoryName(path)!;
        for (; folder.Length > Root.Length; folder = Path.GetDirectoryName(folder)!)
            FolderFiles.RequireNoLink(folder);
        return path;
    }

    // A link in a blob's place leads to what somebody else may change: it is replaced by the blob itself.
    private static bool IsSize(FileInfo file, long size) =>
        file is { Exists: true, LinkTarget: null } && file.Length == size;

    private static async Task<bool> IsRightAsync(FileInfo file, Descriptor blob, CancellationToken cancellationToken)
    {
        try
        {
            using var verified = new VerifyingStream(
                FolderFiles.OpenRead(file.FullName), blob.Digest, blob.Size, file.FullName);
            await verified.CopyToAsync(Stream.Null, null, cancellationToken);
            return true;
        }
        catch (DiffahException)
        {
            return false;
        }
    }
}
