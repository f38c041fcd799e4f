using System.Collections.Immutable;
using Diffah.Engine.Oci;

namespace Diffah.Tests.Support;

/// <summary>An image in memory: the bytes of its manifest, configuration and layers as stored.</summary>
internal sealed record MemoryImage(byte[] ManifestBytes, string MediaType, ImmutableDictionary<Digest, byte[]> Blobs)
{
    public RawManifest Raw => new(ManifestBytes, MediaType);

    public ImageManifest Manifest => ImageManifest.Parse(Raw);

    public Digest Digest => Digest.Compute(ManifestBytes);

    /// <summary>The blobs of the layers as stored, base first.</summary>
    public IReadOnlyList<byte[]> Layers => [.. Manifest.Layers.Select(l => Blobs[l.Digest])];

    /// <summary>Fails unless the other image has the same manifest, configuration and layers, byte for byte.</summary>
    public void AssertSame(MemoryImage other)
    {
        Assert.Equal(ManifestBytes, other.ManifestBytes);
        Assert.Equal(MediaType, other.MediaType);
        Assert.Equal(Blobs.Keys.Order(), other.Blobs.Keys.Order());
        foreach (var (digest, bytes) in Blobs)
            Assert.True(bytes.AsSpan().SequenceEqual(other.Blobs[digest]), $"blob {digest} differs");
    }
}
