using System.Buffers;
using System.Formats.Tar;
using System.Security.Cryptography;
using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Oci;

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
        var (_, content) = await CompressionFormat.OpenAsync(progress is null ? stored : new CountingReadStream(stored, progress), cancellationToken).ConfigureAwait(false);
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
            var guard = new TarHeaderGuard(content);
            using var tar = new TarReader(guard, leaveOpen: true);
            while (tar.GetNextEntry() is { } entry)
            {
                guard.PassContent(entry);
                if (entry.DataStream is { } data && entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile)
                    contents[Hash(data, hash, buffer, cancellationToken)] = entry.Length;
            }
            return new LayerFingerprint(contents);
        }
        catch (Exception e) when (TarFault.Is(e))
        {
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static Digest Hash(Stream data, IncrementalHash hash, byte[] buffer, CancellationToken cancellationToken)
    {
        int read;
        while ((read = data.Read(buffer)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
        }
        return Digest.FromHash("sha256", hash.GetHashAndReset());
    }
}
