using System.Collections.Concurrent;
using System.Security.Cryptography;
using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images;

/// <summary>What the content of a layer turned out to be.</summary>
/// <param name="DiffId">Its digest: computed, whatever a configuration says.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Compression">How the blob is compressed; null where the content was at hand, and nobody read the
/// blob.</param>
internal sealed record LayerTar(Digest DiffId, long Size, CompressionKind? Compression);

/// <summary>Reads the contents of an image's layers, the plain tars; both ends are verified.</summary>
/// <param name="source">Where the layers are; not owned.</param>
/// <param name="context">What may be used.</param>
/// <param name="keeps">
/// Whether contents are kept in the work directory, for who reads a layer twice. Else each is read as it arrives, and
/// takes no room.
/// </param>
internal sealed class LayerTars(IImageSource source, TransportContext context, bool keeps)
{
    private readonly ConcurrentDictionary<Digest, Lazy<Task<LayerContent>>> _kept = new();

    /// <summary>Whom to tell of what is in layers.</summary>
    public EventSink Events => context.Events;

    /// <summary>Reads a layer from its start to its end.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="read">
    /// Reads the plain tar, as far as it wants to; the rest is read for it. What it throws as invalid data is the
    /// layer's fault. What it found counts for nothing until this returns: the layer may be another than promised.
    /// </param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DiffahException">InvalidImage (compression or tar are damaged), CompressionUnknown,
    /// ContentTooLarge, DigestMismatch, SizeMismatch, BlobMissing.</exception>
    public async Task<LayerTar> ReadAsync(Layer layer, Action<Stream> read, CancellationToken cancellationToken)
    {
        if (await FindAtHandAsync(layer, cancellationToken) is { } atHand)
            return Read(layer, atHand, read) with { Compression = null };
        if (keeps)
            return Read(layer, await KeptAsync(layer, cancellationToken), read);
        await using var blob = await layer.OpenBlobAsync(cancellationToken);
        return await ReadAsync(layer, blob, read, cancellationToken);
    }

    /// <summary>
    /// The content of a layer as a file, for who needs parts of it in any order; it is kept whatever else is.
    /// </summary>
    /// <param name="layer">The layer.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DiffahException">What <see cref="ReadAsync(Layer, Action{Stream}, CancellationToken)"/>
    /// throws.</exception>
    public async Task<LayerContent> KeepAsync(Layer layer, CancellationToken cancellationToken) =>
        await FindAtHandAsync(layer, cancellationToken) ?? await KeptAsync(layer, cancellationToken);

    private Task<LayerContent> KeptAsync(Layer layer, CancellationToken cancellationToken) =>
        _kept.GetOrAdd(layer.Digest,
            _ => new Lazy<Task<LayerContent>>(() => SpoolAsync(layer, cancellationToken))).Value;

    private async Task<LayerContent?> FindAtHandAsync(Layer layer, CancellationToken cancellationToken)
    {
        if (layer.DiffId is not { } id || source is not IContentImageSource contents
            || await contents.FindContentAsync(id, cancellationToken) is not { } at)
            return null;
        return new LayerContent(id, at.Size, at.Path, CompressionKind.None);
    }

    private async Task<LayerContent> SpoolAsync(Layer layer, CancellationToken cancellationToken)
    {
        await using var blob = await layer.OpenBlobAsync(cancellationToken);
        return await LayerContent.ReadAsync(
            blob, Stored(layer), context.Work.NewFilePath($"{layer.Digest.ShortHex}.tar"), cancellationToken);
    }

    private async Task<LayerTar> ReadAsync(
        Layer layer, Stream blob, Action<Stream> read, CancellationToken cancellationToken)
    {
        var (kind, plain) = await CompressionFormat.OpenAsync(blob, Stored(layer), cancellationToken);
        await using var content = new HashedTar(plain);
        Read(layer, content, read);
        await content.CopyDecompressedAsync(Stream.Null, What(layer), cancellationToken);
        // What follows the compressed content is part of the blob, which is not verified before its end.
        await blob.CopyToAsync(Stream.Null, null, cancellationToken);
        return new LayerTar(content.Finish(), content.Position, kind);
    }

    private LayerTar Read(Layer layer, LayerContent file, Action<Stream> read)
    {
        using var content = file.OpenRead();
        Read(layer, content, read);
        return new LayerTar(file.DiffId, file.Size, file.Compression);
    }

    private void Read(Layer layer, Stream content, Action<Stream> read)
    {
        try
        {
            read(content);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new DiffahException(
                DiffahErrors.InvalidImage, $"The tar of {What(layer)} is damaged: {e.Message}", inner: e);
        }
    }

    private StoredContent Stored(Layer layer) => new(What(layer), layer.Size, context.Bounds);

    private string What(Layer layer) => $"layer {layer.Digest} of {source.Reference}";

    /// <summary>Hashes and counts what is read.</summary>
    private sealed class HashedTar(Stream plain) : ForwardReadStream
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public override long Position { get; set; }

        public Digest Finish() => Digest.FromHash(Digest.DefaultAlgorithm, _hash.GetHashAndReset());

        public override int Read(Span<byte> buffer)
        {
            var read = plain.Read(buffer);
            Take(buffer[..read]);
            return read;
        }

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await plain.ReadAsync(buffer, cancellationToken);
            Take(buffer.Span[..read]);
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _hash.Dispose();
                plain.Dispose();
            }
            base.Dispose(disposing);
        }

        private void Take(ReadOnlySpan<byte> bytes)
        {
            Position += bytes.Length;
            _hash.AppendData(bytes);
        }
    }
}
