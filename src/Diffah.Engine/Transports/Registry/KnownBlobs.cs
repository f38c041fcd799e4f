using System.Collections.Concurrent;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Transports.Registry;

/// <summary>Which repositories are known to have which blobs: those whose manifests were read or written in this invocation.</summary>
internal sealed class KnownBlobs
{
    private readonly ConcurrentDictionary<(string Host, Digest Digest), ConcurrentQueue<string>> _repositories = new();

    /// <summary>Remembers that a repository has an image's blobs.</summary>
    public void Add(string host, string repository, ImageManifest manifest)
    {
        foreach (var blob in manifest.Layers.Append(manifest.Config))
            _repositories.GetOrAdd((host, blob.Digest), _ => new()).Enqueue(repository);
    }

    /// <summary>Another repository of the same registry that has a blob; null where none is known.</summary>
    public string? Find(string host, Digest digest, string except) =>
        _repositories.TryGetValue((host, digest), out var repositories) ? repositories.FirstOrDefault(r => r != except) : null;
}
