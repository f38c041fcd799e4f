using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Transports.Storage;

/// <summary>
/// A folder that files are added to, one by one and each whole, so that all of them can be taken away again. What was
/// there before is never removed.
/// </summary>
/// <param name="root">Absolute path of the folder; made when the first file is written.</param>
internal sealed class StagedFolder(string root) : IDisposable
{
    private readonly MadeFolders _createdFolders = new();
    private readonly List<string> _createdFiles = [];
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private bool _kept;

    /// <summary>Absolute path of the folder.</summary>
    public string Root => root;

    /// <summary>True where a blob's file is there, whole and right.</summary>
    /// <param name="name">Relative name of the file.</param>
    /// <param name="blob">What it must be.</param>
    /// <param name="cancellationToken">Stops the hashing.</param>
    public async Task<bool> HasAsync(string name, Descriptor blob, CancellationToken cancellationToken)
    {
        if (_known.Contains(name))
            return true;
        var file = new FileInfo(ContainedPath.Resolve(root, name));
        if (!file.Exists || file.Length != blob.Size || !await IsRightAsync(file, blob, cancellationToken))
            return false;
        return _known.Add(name);
    }

    /// <summary>Writes a file, unless it is known to be there.</summary>
    /// <param name="name">Relative name of the file.</param>
    /// <param name="content">Its content; not disposed of.</param>
    /// <param name="size">Its size in bytes.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    /// <exception cref="DiffahException">SizeMismatch.</exception>
    public async Task WriteAsync(string name, Stream content, long size, CancellationToken cancellationToken)
    {
        if (_known.Contains(name))
            return;
        var path = ContainedPath.Resolve(root, name);
        await using var file = await PrepareAsync(path, content, size, cancellationToken);
        var isNew = !File.Exists(path);
        file.Commit();
        if (isNew)
            _createdFiles.Add(path);
        _known.Add(name);
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

    /// <summary>Writes a file that waits for its name.</summary>
    /// <param name="name">Relative name the file will have.</param>
    /// <param name="content">Its content.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    /// <returns>The file, finished; the caller commits or disposes of it.</returns>
    public async Task<AtomicFile> PrepareAsync(
        string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(content.ToArray(), writable: false);
        return await PrepareAsync(ContainedPath.Resolve(root, name), stream, content.Length, cancellationToken);
    }

    /// <summary>Keeps everything that was written.</summary>
    public void Keep() => _kept = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_kept)
            return;
        _kept = true;
        foreach (var file in _createdFiles)
            File.Delete(file);
        _createdFolders.Dispose();
    }

    private async Task<AtomicFile> PrepareAsync(
        string path, Stream content, long size, CancellationToken cancellationToken)
    {
        _createdFolders.Ensure(Path.GetDirectoryName(path)!);
        var file = new AtomicFile(path, overwrite: true);
        try
        {
            var written = await content.CopyToAsync(file.Stream, null, cancellationToken);
            if (written != size)
                throw new DiffahException(DiffahErrors.SizeMismatch, $"'{path}' came to {written} bytes, not {size}.");
            await file.FinishAsync(cancellationToken);
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

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
