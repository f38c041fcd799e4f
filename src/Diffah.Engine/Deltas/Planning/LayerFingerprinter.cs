using System.Buffers;
using System.Security.Cryptography;
using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Oci;
using Diffah.Engine.Tar;

namespace Diffah.Engine.Deltas.Planning;

/// <summary>Reads the files of a layer's tar.</summary>
internal static class LayerFingerprinter
{
    /// <summary>The layer's fingerprint; null where it is no tar that can be read to its end.</summary>
    /// <param name="blob">The layer's blob.</param>
    /// <param name="progress">Told bytes of the blob as they are read; may be null.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async Task<LayerFingerprint?> ReadAsync(SpooledBlob blob, Action<long>? progress, CancellationToken cancellationToken)
    {
        var stored = blob.OpenRead();
        var (_, content) = await CompressionFormat.OpenAsync(progress is null ? stored : new CountingReadStream(stored, progress), cancellationToken);
        using (content)
            return Read(content, cancellationToken);
    }

    private static LayerFingerprint? Read(Stream content, CancellationToken cancellationToken)
    {
        var contents = new Dictionary<Digest, long>();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(StreamExtensions.CopyBufferSize);
        try
        {
            var tar = new TarReader(content);
            while (tar.Next(cancellationToken) is { } entry)
            {
                if (entry.Kind == TarEntryKind.File)
                    contents[Hash(tar, hash, buffer, cancellationToken)] = entry.StoredSize;
            }
            return new LayerFingerprint(contents);
        }
        catch (InvalidDataException)
        {
            // What was read up to the fault is right, and worth as much as if nothing followed.
            return contents.Count > 0 ? new LayerFingerprint(contents) : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static Digest Hash(TarReader tar, IncrementalHash hash, byte[] buffer, CancellationToken cancellationToken)
    {
        int read;
        while ((read = tar.Read(buffer)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
        }
        return Digest.FromHash("sha256", hash.GetHashAndReset());
    }
}
