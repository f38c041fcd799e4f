using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Tar;

namespace Diffah.Engine.Deltas.Archive;

/// <summary>Gives a delta archive as a plain tar, whether or not it is compressed as a whole.</summary>
internal static class ArchiveOpening
{
    /// <summary>
    /// The path of the plain tar: the archive's own, or that of a decompressed copy in the work directory.
    /// </summary>
    public static async Task<string> PlainPathAsync(
        string path, WorkDirectory work, EventSink events, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
            throw new DiffahException(
                DiffahErrors.InvalidArgument, $"'{path}' is a folder, not a delta archive.", "Name the archive file.");
        if (!File.Exists(path))
            throw new DiffahException(DiffahErrors.FileNotFound, $"The delta archive '{path}' does not exist.");
        InputFile.RequireFile(path, $"the delta archive '{path}'");
        if (await DetectAsync(path, cancellationToken) == CompressionKind.None)
            return path;
        var limit = await PlainSizeAsync(path, events, cancellationToken);
        return await DecompressAsync(path, limit, work, events, cancellationToken);
    }

    /// <summary>Reads the sidecar alone, as it is stored, from an archive that may be damaged behind it.</summary>
    /// <exception cref="DiffahException">ArchiveInvalid.</exception>
    public static async Task<byte[]> ReadSidecarAsync(string path, CancellationToken cancellationToken)
    {
        var isCompressed = await DetectAsync(path, cancellationToken) != CompressionKind.None;
        using Stream content = isCompressed ? Decompress(Open(path), path) : Open(path);
        return await new ContainerReader(content, path).ReadSidecarAsync(cancellationToken);
    }

    private static async Task<CompressionKind> DetectAsync(string path, CancellationToken cancellationToken)
    {
        using var stream = Open(path);
        var start = new byte[CompressionFormat.SniffLength];
        var read = await stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        var kind = CompressionFormat.Detect(start.AsSpan(0, read));
        if (kind is CompressionKind.None or CompressionKind.Zstd)
            return kind;
        throw await MistakenImage.ErrorOfAsync(path, cancellationToken)
            ?? CompressionErrors.NotReadAround(CompressionTraits.Of(kind)!, $"'{path}'");
    }

    /// <summary>
    /// What the plain tar can have at the most, by its own sidecar: so an archive that decompresses without end is
    /// found out before it fills the disk.
    /// </summary>
    private static async Task<long> PlainSizeAsync(string path, EventSink events, CancellationToken cancellationToken)
    {
        const long blocksPerEntry = 5; // header, padding, and a pax header with its record and padding
        var sidecar = new SidecarReader(events).Read(await ReadSidecarAsync(path, cancellationToken));
        var stored = sidecar.Blobs.Values.Aggregate((UInt128)0, (sum, b) => sum + (UInt128)b.ArchiveSize);
        var frame = (UInt128)(SidecarReader.MaximumSize
            + TarHeader.BlockSize * blocksPerEntry * (sidecar.Blobs.Count + 2) + 64 * 1024);
        return (long)UInt128.Min(stored + frame, long.MaxValue);
    }

    private static async Task<string> DecompressAsync(
        string path, long limit, WorkDirectory work, EventSink events, CancellationToken cancellationToken)
    {
        var plain = work.NewFilePath("archive.tar");
        var stored = Open(path);
        using var progress = events.For("deltas").BeginPart("archive", "decompressing", stored.Length);
        using var content = Decompress(new CountingReadStream(stored, progress.Advance), path);
        using var file = new FileStream(
            plain, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 0, FileOptions.Asynchronous);
        var written = 0L;
        try
        {
            await content.CopyToAsync(file, Count, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw new DiffahException(
                DiffahErrors.ArchiveInvalid, $"'{path}' is not a valid delta archive: {e.Message}", inner: e);
        }
        return plain;

        void Count(long bytes)
        {
            if ((written += bytes) > limit)
                throw new DiffahException(DiffahErrors.ArchiveInvalid,
                    $"'{path}' is not a valid delta archive: it decompresses to more than its sidecar lists.");
        }
    }

    // How much comes out of it is bounded by its own sidecar.
    private static ZstdDecompressionStream Decompress(Stream stored, string path) =>
        new(stored, new StoredContent($"'{path}'", 0, new DecompressionBounds()));

    private static FileStream Open(string path) => new(
        path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
}
