using System.Collections.Concurrent;
using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Restoring;

/// <summary>
/// The contents of an archive's images, each made once, by whoever needs it first, and kept in the work directory for
/// all.
/// </summary>
/// <param name="work">Where the files go.</param>
/// <param name="bounds">What decompressing may cost.</param>
/// <param name="workers">How many threads make a content at the same time.</param>
/// <param name="events">Told of what is made.</param>
internal sealed class SharedContents(
    WorkDirectory work, DecompressionBounds bounds, int workers, EventSink events)
{
    private readonly ConcurrentDictionary<Digest, Lazy<Task<ContentFile>>> _contents = new();

    // One patch at a time has all workers, so that memory does not grow with the number of layers.
    private readonly MemoryGate _one = new(1);

    /// <summary>Where the files go.</summary>
    public WorkDirectory Work => work;

    /// <summary>What decompressing may cost.</summary>
    public DecompressionBounds Bounds => bounds;

    /// <summary>How many threads make a content, or a blob of it, at the same time.</summary>
    public int Workers => workers;

    /// <summary>A content, made the first time it is asked for.</summary>
    /// <param name="diffId">The content.</param>
    /// <param name="status">What is done then, in a few words.</param>
    /// <param name="size">Bytes of progress; null where that is not known.</param>
    /// <param name="make">Makes the file, and verifies it; called again only where it failed.</param>
    public async Task<ContentFile> GetAsync(
        Digest diffId, string status, long? size, Func<ProgressScope, Task<ContentFile>> make)
    {
        try
        {
            return await _contents.GetOrAdd(diffId, _ => new Lazy<Task<ContentFile>>(MakeAsync)).Value;
        }
        catch
        {
            // Another image's baseline may do better.
            _contents.TryRemove(diffId, out _);
            throw;
        }

        async Task<ContentFile> MakeAsync()
        {
            using var progress = events.For("deltas").BeginPart($"content {diffId.ShortHex}", status, size);
            return await make(progress);
        }
    }

    /// <summary>Waits until no other patch is applied.</summary>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>To be disposed of when it is applied.</returns>
    public Task<IDisposable> EnterAsync(CancellationToken cancellationToken) => _one.EnterAsync(1, cancellationToken);
}
