using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Planning;

/// <summary>The distinct contents of a layer's regular files: SHA-256 of each, and its size in bytes.</summary>
internal sealed class LayerFingerprint(IReadOnlyDictionary<Digest, long> contents)
{
    public IReadOnlyDictionary<Digest, long> Contents { get; } = contents;

    /// <summary>Bytes of distinct contents that both layers hold.</summary>
    public long SharedBytes(LayerFingerprint other)
    {
        var (few, many) = Contents.Count <= other.Contents.Count ? (Contents, other.Contents) : (other.Contents, Contents);
        return few.Where(c => many.ContainsKey(c.Key)).Sum(c => c.Value);
    }
}
