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

    /// <summary>Checks every part.</summary>
    /// <param name="archive">The archive, opened as any reader would.</param>
    /// <param name="meant">Opens what was put into each of its parts.</param>
    /// <param name="path">What the archive will be called.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DiffahException">ReadBackFailed.</exception>
    public static Task CheckAsync(
        ArchiveReader archive, Func<ArchivePart, Stream> meant, string path, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = MostAtOnce,
            CancellationToken = cancellationToken
        };
        return Parallel.ForEachAsync(archive.Manifest.Parts, options, async (part, token) =>
        {
            if (!await IsRightAsync(archive, part.Part, meant, token))
                throw new DiffahException(DiffahErrors.ReadBackFailed,
                    $"{Noun(part.Part.Kind)} {part.Part.Digest} does not read back from '{path}' as it was written.");
        });
    }

    private static string Noun(ArchivePartKind kind) => kind switch
    {
        ArchivePartKind.Content => "The patch of content",
        ArchivePartKind.Account => "The account of files",
        ArchivePartKind.Recipe => "The recipe of blob",
        _ => "Blob",
    };

    private static Task<bool> IsRightAsync(
        ArchiveReader archive, ArchivePart part, Func<ArchivePart, Stream> open, CancellationToken cancellationToken) =>
        part.Kind == ArchivePartKind.Blob && archive.Manifest.Blobs[part.Digest].Origin == BlobOrigin.Full
            ? HasDigestAsync(archive, part.Digest, cancellationToken)
            : IsSameAsync(archive, part, open, cancellationToken);

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
        ArchiveReader archive, ArchivePart part, Func<ArchivePart, Stream> open, CancellationToken cancellationToken)
    {
        await using var stored = archive.OpenStored(part);
        await using var meant = open(part);
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
