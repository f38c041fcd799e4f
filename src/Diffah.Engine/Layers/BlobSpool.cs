using System.Collections.Concurrent;
using Diffah.Engine.Content;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Layers;

/// <summary>A verified blob in a file of the work directory.</summary>
/// <param name="Digest">Its digest.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Path">Absolute path of the file.</param>
internal sealed record SpooledBlob(Digest Digest, long Size, string Path)
{
    /// <summary>Opens the blob for reading from the start to the end.</summary>
    public FileStream OpenRead() => new(Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0,
        FileOptions.Asynchronous | FileOptions.SequentialScan);

    /// <summary>Maps the blob into memory.</summary>
    public MappedFile Map() => new(Path);
}

/// <summary>
/// Keeps blobs in a work directory, each fetched at most once, however many ask for it at the same time.
/// </summary>
/// <param name="work">Where the files go.</param>
internal sealed class BlobSpool(WorkDirectory work)
{
    private readonly ConcurrentDictionary<Digest, Lazy<Task<SpooledBlob>>> _blobs = new();

    /// <summary>Returns the blob and fetches it the first time.</summary>
    /// <param name="digest">Its digest; what is fetched is verified against it.</param>
    /// <param name="size">Its size in bytes.</param>
    /// <param name="open">Opens the blob's bytes. It is called once for a digest, and again only after a
    /// failure.</param>
    /// <param name="progress">Receives the number of bytes as they arrive; may be null.</param>
    /// <param name="cancellationToken">Stops the fetch. All callers are expected to share one operation's
    /// token.</param>
    public Task<SpooledBlob> GetAsync(
        Digest digest, long size, Func<CancellationToken, Task<Stream>> open, Action<long>? progress,
        CancellationToken cancellationToken) =>
        _blobs.GetOrAdd(digest,
            d => new Lazy<Task<SpooledBlob>>(() => FetchAsync(d, size, open, progress, cancellationToken))).Value;

    private async Task<SpooledBlob> FetchAsync(
        Digest digest, long size, Func<CancellationToken, Task<Stream>> open, Action<long>? progress,
        CancellationToken cancellationToken)
    {
        var path = work.NewFilePath(digest.ShortHex);
        try
        {
            work.RequireRoom(size, $"Blob {digest}");
            await FetchAsync(path, digest, size, open, progress, cancellationToken);
            return new SpooledBlob(digest, size, path);
        }
        catch
        {
            // A later caller may know another place to fetch it from.
            _blobs.TryRemove(digest, out _);
            File.Delete(path);
            throw;
        }
    }

    private static async Task FetchAsync(
        string path, Digest digest, long size, Func<CancellationToken, Task<Stream>> open, Action<long>? progress,
        CancellationToken cancellationToken)
    {
        using var verified = VerifyingStream.Of(await open(cancellationToken), digest, size, $"Blob {digest}");
        using var file = new FileStream(
            path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
        await verified.CopyToAsync(file, progress, cancellationToken);
    }
}
