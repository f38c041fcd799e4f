namespace Diffah.Engine.Oci;

/// <summary>
/// A manifest or index exactly as stored. The digest is that of these bytes, which are never serialised again.
/// </summary>
internal sealed class RawManifest
{
    /// <summary>The largest manifest that is read, in bytes: what registries accept (4 MiB).</summary>
    public const int MaximumSize = 4 * 1024 * 1024;

    /// <summary>Keeps bytes as a manifest.</summary>
    /// <param name="bytes">The bytes as stored.</param>
    /// <param name="mediaType">The media type the bytes or their carrier declare.</param>
    public RawManifest(ReadOnlyMemory<byte> bytes, string mediaType)
        : this(bytes, mediaType, Digest.Compute(bytes.Span))
    {
    }

    /// <summary>Keeps bytes whose digest is known already, perhaps of another algorithm than SHA-256.</summary>
    /// <param name="bytes">The bytes as stored, already verified.</param>
    /// <param name="mediaType">The media type.</param>
    /// <param name="digest">Their verified digest.</param>
    public RawManifest(ReadOnlyMemory<byte> bytes, string mediaType, Digest digest) =>
        (Bytes, MediaType, Digest) = (bytes, mediaType, digest);

    /// <summary>The bytes as stored.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The media type.</summary>
    public string MediaType { get; }

    /// <summary>Digest of <see cref="Bytes"/>.</summary>
    public Digest Digest { get; }

    /// <summary>A descriptor of the bytes.</summary>
    public Descriptor Descriptor => new(MediaType, Digest, Bytes.Length);
}
