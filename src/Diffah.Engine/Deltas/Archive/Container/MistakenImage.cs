using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Tar;

namespace Diffah.Engine.Deltas.Archive.Container;

/// <summary>Recognises an image that was given where a delta archive is wanted.</summary>
internal static class MistakenImage
{
    // Bounds the look at a file that is no image either; images have an entry or two a layer.
    private const int MaximumEntries = 10_000;
    private const long MaximumDecompressed = 1L << 30;

    private static readonly TransportTraits Preferred = TransportTraits.All.First(t => t.Mark is not null);

    /// <summary>The error that says so; null where the file is no image that is known.</summary>
    /// <param name="path">Absolute path of the file.</param>
    /// <param name="cancellationToken">Stops the look.</param>
    public static async Task<DiffahException?> ErrorOfAsync(string path, CancellationToken cancellationToken) =>
        await TransportOfAsync(path, cancellationToken) is { Prefix: var transport }
            ? new DiffahException(DiffahErrors.ArchiveInvalid,
                $"'{path}' is not a delta archive: it is an image, which {transport} reads.",
                $"Give the delta archive. To see the image, use Get-DiffahImage (diffah image) with {transport}{path}.")
            : null;

    private static async Task<TransportTraits?> TransportOfAsync(string path, CancellationToken cancellationToken)
    {
        TransportTraits? transport = null;
        try
        {
            using var file = new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.Asynchronous);
            var (kind, content) = await CompressionFormat.OpenAsync(
                file, new StoredContent($"'{path}'", file.Length, new DecompressionBounds()), cancellationToken);
            await using (content)
            {
                // What is not compressed is sought through, not read through.
                if (kind == CompressionKind.None)
                    file.Position = 0;
                var tar = new TarReader(kind == CompressionKind.None ? file : Bounded(content));
                for (var count = 0; count < MaximumEntries && (transport is null || transport != Preferred); count++)
                {
                    if (tar.Next(cancellationToken) is not { } entry)
                        break;
                    transport = Better(transport, entry.Name);
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or DiffahException or IOException
            or UnauthorizedAccessException)
        {
            // What was found before the damage counts; the caller has an error of its own.
        }
        return transport;
    }

    private static CountingReadStream Bounded(Stream content)
    {
        var left = MaximumDecompressed;
        return new CountingReadStream(content, bytes =>
        {
            if ((left -= bytes) < 0)
                throw new InvalidDataException("it is too large to be looked through");
        });
    }

    // A tar of a current docker save has both marks: the first row of the table is what such a tar goes by.
    private static TransportTraits? Better(TransportTraits? found, string entry)
    {
        var name = entry.StartsWith("./", StringComparison.Ordinal) ? entry[2..] : entry;
        return TransportTraits.All.FirstOrDefault(t => t == found || t.Mark == name);
    }
}
