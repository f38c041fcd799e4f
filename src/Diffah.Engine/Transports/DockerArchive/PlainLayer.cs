using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Tar;
using Diffah.Engine.Transports.Storage;

namespace Diffah.Engine.Transports.DockerArchive;

/// <summary>A layer of a Docker archive as the plain tar it is meant to be.</summary>
/// <param name="Size">Size of the plain tar, in bytes.</param>
/// <param name="Open">Opens it; any number at the same time.</param>
internal sealed record PlainLayer(long Size, Func<Stream> Open)
{
    /// <summary>Finds a layer, and decompresses it into the work directory where it is compressed.</summary>
    /// <param name="tar">The archive.</param>
    /// <param name="entry">Name of the layer's entry, as found.</param>
    /// <param name="id">Digest of the plain tar, as the configuration says; for progress.</param>
    /// <param name="reference">The archive's reference, for error messages.</param>
    /// <param name="context">Where to decompress to.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DiffahException">BlobMissing, InvalidImage.</exception>
    public static async Task<PlainLayer> OpenAsync(
        TarFile tar, string entry, Digest id, ImageReference reference, TransportContext context,
        CancellationToken cancellationToken)
    {
        var member = tar.Find(TarPath.Normalize(entry))
            ?? throw new DiffahException(
                DiffahErrors.BlobMissing, $"The layer '{entry}' is not in '{reference.Path}'.");
        var what = $"layer '{entry}' of '{reference.Path}'";
        ProgressScope? progress = null;
        var stored = new CountingReadStream(tar.Open(member), bytes => progress?.Advance(bytes));
        var (kind, content) = await CompressionFormat.OpenAsync(
            stored, new StoredContent(what, member.Length, context.Bounds), cancellationToken);
        await using (content)
        {
            if (kind == CompressionKind.None)
                return new PlainLayer(member.Length, () => tar.Open(member));
            using var decompressing = progress = context.Events.For("transports")
                .BeginPart($"layer {id.ShortHex}", "decompressing", member.Length);
            var path = context.Work.NewFilePath("layer.tar");
            var size = await TarFile.DecompressAsync(content, path, what, cancellationToken);
            progress.EndStage();
            return new PlainLayer(size, () => FolderFiles.OpenRead(path));
        }
    }
}
