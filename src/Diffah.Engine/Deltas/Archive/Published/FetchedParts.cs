using System.Collections.Concurrent;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Microsoft.Win32.SafeHandles;

namespace Diffah.Engine.Deltas.Archive.Published;

/// <summary>Where fetched entries go.</summary>
/// <param name="Work">Where they go for this run.</param>
/// <param name="Kept">Absolute path of a folder, there, in which they stay for a later run, half fetched ones too; null
/// keeps none.</param>
internal sealed record FetchFolders(WorkDirectory Work, string? Kept = null);

/// <summary>Entries that were fetched of a published archive: each once, verified, whoever asks for it.</summary>
/// <param name="source">Where they are; not owned.</param>
/// <param name="folders">Where they go.</param>
/// <param name="location">What people call the archive.</param>
/// <param name="events">Told how far it is.</param>
internal sealed class FetchedParts(IImageSource source, FetchFolders folders, string location, EventSink events)
    : IDisposable
{
    private const string HalfSuffix = ".part";

    private readonly ConcurrentDictionary<Digest, SafeFileHandle> _files = new();
    private readonly ConcurrentDictionary<Digest, SemaphoreSlim> _gates = new();

    /// <summary>The file of a blob; null where it was not fetched yet.</summary>
    /// <param name="blob">Its digest.</param>
    public SafeFileHandle? Find(Digest blob) => _files.GetValueOrDefault(blob);

    /// <summary>Fetches a blob, unless it is there.</summary>
    /// <param name="blob">Its descriptor.</param>
    /// <param name="cancellationToken">Stops the fetching.</param>
    /// <exception cref="DiffahException">DigestMismatch, BlobMissing, DiskFull, and what the source throws.</exception>
    public async Task FetchAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        if (_files.ContainsKey(blob.Digest))
            return;
        var gate = _gates.GetOrAdd(blob.Digest, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (!_files.ContainsKey(blob.Digest))
                _files[blob.Digest] = await BringAsync(blob, cancellationToken);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _files.Values)
            file.Dispose();
    }

    private async Task<SafeFileHandle> BringAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        if (folders.Kept is not { } kept)
            return await BringToWorkAsync(blob, cancellationToken);
        var path = Path.Combine(kept, $"{blob.Digest.Algorithm}-{blob.Digest.Hex}");
        if (await TryKeptAsync(path, blob, cancellationToken) is { } there)
            return there;
        if (TryOpenHalf(path + HalfSuffix) is not { } half)
            return await BringToWorkAsync(blob, cancellationToken);
        await using (half)
        {
            await FillAsync(half, blob, cancellationToken);
            File.Move(half.Name, path, overwrite: true);
        }
        return Open(path);
    }

    private async Task<SafeFileHandle> BringToWorkAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        var path = folders.Work.NewFilePath($"{blob.Digest.ShortHex}.entry");
        await using (var file = new FileStream(
            path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, 0, FileOptions.Asynchronous))
            await FillAsync(file, blob, cancellationToken);
        return Open(path);
    }

    /// <summary>What a run before fetched, if it is still what it was.</summary>
    private static async Task<SafeFileHandle?> TryKeptAsync(
        string path, Descriptor blob, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            return null;
        var file = Open(path);
        if (RandomAccess.GetLength(file) == blob.Size)
        {
            using var hash = new HashedFile(blob.Digest);
            if (await hash.AddAsync(file, blob.Size, cancellationToken) == blob.Size && hash.IsRight())
                return file;
        }
        file.Dispose();
        return null;
    }

    /// <summary>Null where another run is fetching it.</summary>
    private static FileStream? TryOpenHalf(string path)
    {
        try
        {
            return new FileStream(
                path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 0, FileOptions.Asynchronous);
        }
        catch (IOException e) when (FileLock.IsHeld(e))
        {
            return null;
        }
    }

    private async Task FillAsync(FileStream file, Descriptor blob, CancellationToken cancellationToken)
    {
        if (file.Length > blob.Size)
            file.SetLength(0);
        DiskSpace.Require(Path.GetDirectoryName(file.Name)!, blob.Size - file.Length, $"Entry {blob.Digest}",
            "Free some room, or put the work directory on another disk with WorkDirectory (--workdir).");
        using var progress = events.For("deltas").BeginPart($"entry {blob.Digest.ShortHex}", "fetching", blob.Size);
        for (var resumed = file.Length; ; resumed = 0)
        {
            if (await TryFillAsync(file, blob, progress, cancellationToken))
                return;
            file.SetLength(0);
            // What is wrong may be what was there before; once it is known to be what comes, it is the end.
            if (resumed == 0)
                throw new DiffahException(DiffahErrors.DigestMismatch,
                    $"What was fetched as {blob.Digest} of '{location}' are other bytes.");
        }
    }

    private async Task<bool> TryFillAsync(
        FileStream file, Descriptor blob, ProgressScope progress, CancellationToken cancellationToken)
    {
        using var hash = new HashedFile(blob.Digest);
        var there = await hash.AddAsync(file.SafeFileHandle, file.Length, cancellationToken);
        progress.Advance(there);
        file.Position = there;
        if (there < blob.Size)
        {
            await using var stream = await RemoteBlob.OpenAsync(source, blob, there, cancellationToken);
            there += await hash.CopyAsync(stream, file, blob.Size - there, progress.Advance, cancellationToken);
            await file.FlushAsync(cancellationToken);
        }
        return there == blob.Size && hash.IsRight();
    }

    private static SafeFileHandle Open(string path) => File.OpenHandle(
        path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.Asynchronous);
}
