using System.Security.Cryptography;
using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Layers;

/// <summary>The content of a layer, the plain tar, in a file of the work directory.</summary>
/// <param name="DiffId">Its digest: computed, whatever a configuration says.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Path">Absolute path of the file; that of the blob where the blob is plain.</param>
/// <param name="Compression">How the blob is compressed.</param>
internal sealed record LayerContent(Digest DiffId, long Size, string Path, CompressionKind Compression)
{
    /// <summary>Opens the content for reading from the start to the end.</summary>
    public FileStream OpenRead() => new(Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0,
        FileOptions.Asynchronous | FileOptions.SequentialScan);

    /// <summary>Writes the content of a blob to a file.</summary>
    /// <param name="blob">The blob as stored; owned.</param>
    /// <param name="stored">What it is, and what it may cost.</param>
    /// <param name="path">Absolute path of the file, which is not there yet; null keeps only the digest.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The content; its path is empty where nothing was kept.</returns>
    /// <exception cref="Diagnostics.DiffahException">InvalidImage (the compression is damaged), CompressionUnknown,
    /// ContentTooLarge.</exception>
    public static async Task<LayerContent> ReadAsync(
        Stream blob, StoredContent stored, string? path, CancellationToken cancellationToken)
    {
        var (kind, content) = await CompressionFormat.OpenAsync(blob, stored, cancellationToken);
        await using (content)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await using var file = path is null
                ? Stream.Null
                : new FileStream(
                    path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 0, FileOptions.Asynchronous);
            await using var hashed = new HashedReadStream(content, hash);
            var size = await hashed.CopyDecompressedAsync(file, stored.What, cancellationToken);
            return new LayerContent(
                Digest.FromHash(Digest.DefaultAlgorithm, hash.GetHashAndReset()), size, path ?? "", kind);
        }
    }

    /// <summary>Adds to a hash what is read.</summary>
    private sealed class HashedReadStream(Stream source, IncrementalHash hash) : ForwardReadStream
    {
        public override int Read(Span<byte> buffer)
        {
            var read = source.Read(buffer);
            hash.AppendData(buffer[..read]);
            return read;
        }

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await source.ReadAsync(buffer, cancellationToken);
            hash.AppendData(buffer.Span[..read]);
            return read;
        }
    }
}
