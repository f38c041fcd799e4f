using Diffah.Engine.Content;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Operations.Producing;

/// <summary>
/// Reads an archive that was just written, blob by blob: what is stored whole has its digest, and a patch is, byte for
/// byte, the one that was tried.
/// </summary>
internal static class ArchiveReadBack
{
    private const int MostAtOnce = 2;

    /// <summary>Checks every blob.</summary>
    /// <param name="archive">The archive, opened as any reader would.</param>
    /// <param name="blobs">What was put into it.</param>
    /// <param name="path">What the archive will be called.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DiffahException">ReadBackFailed.</exception>
    public static Task CheckAsync(
        ArchiveReader archive, IReadOnlyDictionary<Digest, EncodedBlob> blobs, string path,
        CancellationToken cancellationToken)
    {
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = MostAtOnce,
            CancellationToken = cancellationToken
        };
        return Parallel.ForEachAsync(blobs, options, async (blob, token) =>
        {
            if (!await IsRightAsync(archive, blob.Key, blob.Value, token))
                throw new DiffahException(DiffahErrors.ReadBackFailed,
                    $"Blob {blob.Key} does not read back from '{path}' as it was written.");
        });
    }

    private static Task<bool> IsRightAsync(
        ArchiveReader archive, Digest digest, EncodedBlob blob, CancellationToken cancellationToken) =>
        blob.Entry.Origin == BlobOrigin.Full
            ? HasDigestAsync(archive, digest, cancellationToken)
            : IsSameAsync(archive, digest, blob, cancellationToken);

    private static async Task<bool> HasDigestAsync(
        ArchiveReader archive, Digest digest, CancellationToken cancellationToken)
    {
        try
        {
            using var stored = archive.OpenFull(digest);
            await stored.CopyToAsync(Stream.Null, null, cancellationToken);
            return true;
        }
        catch (DiffahException e) when (e.Error.Category == DiffahErrorCategory.Content)
        {
            return false;
        }
    }

    private static async Task<bool> IsSameAsync(
        ArchiveReader archive, Digest digest, EncodedBlob blob, CancellationToken cancellationToken)
    {
        await using var stored = archive.OpenStored(digest);
        await using var meant = blob.Open();
        var (one, other) = (new byte[StreamExtensions.CopyBufferSize], new byte[StreamExtensions.CopyBufferSize]);
        while (true)
        {
            var read = await stored.ReadAtLeastAsync(one, one.Length, false, cancellationToken);
            var wanted = await meant.ReadAtLeastAsync(other, other.Length, false, cancellationToken);
            if (!one.AsSpan(0, read).SequenceEqual(other.AsSpan(0, wanted)))
                return false;
            if (read == 0)
                return true;
        }
    }
}
