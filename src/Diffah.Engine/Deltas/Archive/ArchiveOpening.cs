using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Content.Volumes;
using Diffah.Engine.Deltas.Archive.Container;
using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Tar;

namespace Diffah.Engine.Deltas.Archive;

/// <summary>Gives a delta archive as a plain tar, whether or not it is compressed as a whole.</summary>
internal static class ArchiveOpening
{
    // The densest that zstd can be: a block of 128 KiB that repeats one byte takes four (RFC 8878, section 3.1.1.2).
    private const int DensestRatio = 32 * 1024;

    /// <summary>Opens the file of an archive, or all volumes of it.</summary>
    /// <param name="path">Absolute path of the file, or of the first volume.</param>
    /// <param name="cancellationToken">Stops the look for volumes.</param>
    /// <exception cref="DiffahException">InvalidArgument, FileNotFound, VolumeMissing, VolumeInvalid.</exception>
    public static async Task<IFileBytes> OpenAsync(string path, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
            throw new DiffahException(
                DiffahErrors.InvalidArgument, $"'{path}' is a folder, not a delta archive.", "Name the archive file.");
        if (!File.Exists(path))
            throw new DiffahException(DiffahErrors.FileNotFound, $"The delta archive '{path}' does not exist.",
                VolumeNames.Of(path, 1) is var first && File.Exists(first)
                    ? $"There are volumes of it. Give the first: {first}"
                    : null);
        if (await VolumeSet.FindAsync(path, cancellationToken) is { } volumes)
            return volumes.Open();
        InputFile.RequireFile(path, $"the delta archive '{path}'");
        return FileBytes.Open(path);
    }

    /// <summary>Reads the sidecar alone, as it is stored, from an archive that may be damaged behind it.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="DiffahException">ArchiveInvalid.</exception>
    public static async Task<byte[]> ReadSidecarAsync(string path, CancellationToken cancellationToken)
    {
        using var file = await OpenAsync(path, cancellationToken);
        return (await ReadHeadAsync(file, path, cancellationToken)).Sidecar;
    }

    /// <summary>Reads how an archive is compressed as a whole, and its sidecar; what is behind is not read.</summary>
    /// <param name="file">The archive; not owned.</param>
    /// <param name="path">Its path, for error messages.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="DiffahException">ArchiveInvalid.</exception>
    public static async Task<(ArchiveCompression Compression, byte[] Sidecar)> ReadHeadAsync(
        IFileBytes file, string path, CancellationToken cancellationToken)
    {
        var start = new byte[CompressionFormat.SniffLength];
        var read = await Whole(file).ReadAtLeastAsync(
            start, start.Length, throwOnEndOfStream: false, cancellationToken);
        switch (CompressionFormat.Detect(start.AsSpan(0, read)))
        {
            case CompressionKind.None:
                return (ArchiveCompression.None,
                    await new ContainerReader(new SeekableBytes(file), path).ReadSidecarAsync(cancellationToken));
            case CompressionKind.Zstd:
                await using (var content = Decompress(Whole(file), path))
                    return (ArchiveCompression.Zstd,
                        await new ContainerReader(content, path).ReadSidecarAsync(cancellationToken));
            case var other:
                throw await MistakenImage.ErrorOfAsync(path, cancellationToken)
                    ?? CompressionErrors.NotReadAround(CompressionTraits.Of(other)!, $"'{path}'");
        }
    }

    /// <summary>
    /// Decompresses an archive into the work directory, if there is room for what its sidecar lists, and no more than
    /// that.
    /// </summary>
    /// <param name="file">The archive; not owned.</param>
    /// <param name="path">Its path, for error messages.</param>
    /// <param name="sidecar">What it says.</param>
    /// <param name="work">Where the plain tar goes.</param>
    /// <param name="events">Told of progress.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The path of the plain tar.</returns>
    /// <exception cref="DiffahException">ArchiveInvalid, DiskFull.</exception>
    public static async Task<string> DecompressAsync(
        IFileBytes file, string path, ArchiveManifest sidecar, WorkDirectory work, EventSink events,
        CancellationToken cancellationToken)
    {
        var limit = PlainSizeLimit(file, path, sidecar, work);
        var plain = work.NewFilePath("archive.tar");
        using var progress = events.For("deltas").BeginPart("archive", "decompressing", file.Length);
        await using var content = Decompress(new CountingReadStream(Whole(file), progress.Advance), path);
        await using var output = new FileStream(
            plain, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 0, FileOptions.Asynchronous);
        var written = 0L;
        try
        {
            await content.CopyToAsync(output, Count, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw Invalid(path, e.Message.TrimEnd('.'), e);
        }
        return plain;

        void Count(long bytes)
        {
            if ((written += bytes) > limit)
                throw Invalid(path, "it decompresses to more than its sidecar lists");
        }
    }

    /// <summary>
    /// What the plain tar can have at the most, by its own sidecar: so an archive that decompresses without end is
    /// found out before it fills the disk.
    /// </summary>
    private static long PlainSizeLimit(IFileBytes file, string path, ArchiveManifest sidecar, WorkDirectory work)
    {
        const long blocksPerEntry = 5; // header, padding, and a pax header with its record and padding
        // No sum overflows: neither of sizes that a blob can have, nor of as many blobs as a sidecar can list.
        var parts = sidecar.Parts.ToArray();
        var stored = parts.Aggregate((Int128)0, (sum, p) => sum + p.Size);
        if (stored > (Int128)file.Length * DensestRatio)
            throw Invalid(path, $"it lists {stored} bytes of blobs, and its {file.Length} bytes can't hold as many");
        work.RequireRoom((long)stored, $"'{path}' decompressed");
        return (long)stored + SidecarReader.MaximumSize
            + TarHeader.BlockSize * blocksPerEntry * (parts.Length + 2) + 64 * 1024;
    }

    // How much comes out of it is bounded by its own sidecar.
    private static ZstdDecompressionStream Decompress(Stream stored, string path) =>
        new(stored, new StoredContent($"'{path}'", 0, new DecompressionBounds()));

    private static FileSlice Whole(IFileBytes file) => new(file, 0, file.Length);

    private static DiffahException Invalid(string path, string why, Exception? inner = null) =>
        new(DiffahErrors.ArchiveInvalid, $"'{path}' is not a valid delta archive: {why}.", inner: inner);
}
