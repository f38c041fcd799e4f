using System.Collections.Concurrent;
using Diffah.Engine.Deltas.Codecs.Content;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Codecs.Wrapped;

/// <summary>The maps of contents, each made once.</summary>
/// <param name="workers">How many threads read a content at the same time.</param>
internal sealed class ContentMaps(int workers) : IDisposable
{
    private readonly ConcurrentDictionary<Digest, Lazy<Task<ContentMap>>> _maps = new();

    /// <summary>The map of a content.</summary>
    /// <param name="content">The content.</param>
    /// <param name="progress">Told of bytes by whoever comes first; may be null.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public Task<ContentMap> GetAsync(
        LayerContent content, Action<long>? progress, CancellationToken cancellationToken) =>
        _maps.GetOrAdd(content.DiffId, _ => new Lazy<Task<ContentMap>>(() => Task.Run(
            () => ContentMap.Read(content.Path, workers, progress, cancellationToken), cancellationToken))).Value;

    public void Dispose()
    {
        foreach (var map in _maps.Values.Where(m => m is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }))
            map.Value.Result.Dispose();
    }
}
