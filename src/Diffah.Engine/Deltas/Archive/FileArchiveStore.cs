using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Archive.Container;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Deltas.Archive;

/// <summary>
/// A delta archive in a file, or in volumes; one that is compressed as a whole is decompressed to the work directory.
/// </summary>
internal sealed class FileArchiveStore : IArchiveStore
{
    private readonly IFileBytes _file;
    private readonly Dictionary<ArchivePart, StoredRange> _ranges;

    private FileArchiveStore(
        IFileBytes file, ArchiveManifest manifest, ReadOnlyMemory<byte> manifestBytes,
        Dictionary<ArchivePart, StoredRange> ranges) =>
        (_file, Manifest, ManifestBytes, _ranges) = (file, manifest, manifestBytes, ranges);

    /// <inheritdoc/>
    public required string Location { get; init; }

    /// <inheritdoc/>
    public required ArchiveCompression Compression { get; init; }

    /// <inheritdoc/>
    public required long Bytes { get; init; }

    /// <inheritdoc/>
    public ArchiveManifest Manifest { get; }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> ManifestBytes { get; }

    /// <summary>Opens an archive.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="check">Judges the sidecar as it is stored, before anything behind it is read; null accepts it. What
    /// it throws ends the opening.</param>
    /// <param name="work">Where to decompress to.</param>
    /// <param name="events">Told of fields that this build does not know.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <param name="shown">What people call the archive; null is its path.</param>
    /// <exception cref="DiffahException">FileNotFound, ArchiveInvalid, ArchiveVersionUnknown, ArchiveTooOld,
    /// DiskFull.</exception>
    public static async Task<FileArchiveStore> OpenAsync(
        string path, SidecarCheck? check, WorkDirectory work, EventSink events, CancellationToken cancellationToken,
        string? shown = null) =>
        await OpenAsync(await ArchiveOpening.OpenAsync(path, cancellationToken), shown ?? path, check, work, events,
            cancellationToken);

    /// <summary>Opens an archive in a file that is open.</summary>
    /// <param name="file">The file, opened once: whatever somebody puts in its place meanwhile, what was checked is
    /// what is used. Owned, also where this throws.</param>
    /// <param name="shown">What people call the archive.</param>
    /// <param name="check">See the other.</param>
    /// <param name="work">Where to decompress to.</param>
    /// <param name="events">Told of fields that this build does not know.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="DiffahException">ArchiveInvalid, ArchiveVersionUnknown, ArchiveTooOld, DiskFull.</exception>
    public static async Task<FileArchiveStore> OpenAsync(
        IFileBytes file, string shown, SidecarCheck? check, WorkDirectory work, EventSink events,
        CancellationToken cancellationToken)
    {
        try
        {
            var (compression, bytes) = await ArchiveOpening.ReadHeadAsync(file, shown, cancellationToken);
            var manifest = Sidecars.Read(bytes, events.For("deltas"));
            if (check is not null)
                await check(bytes, cancellationToken);
            var size = file.Length;
            if (compression == ArchiveCompression.Zstd)
                file = await PlainAsync(file, shown, manifest, work, events, cancellationToken);
            var ranges = await IndexAsync(file, shown, bytes, manifest, cancellationToken);
            return new FileArchiveStore(file, manifest, bytes, ranges)
            {
                Location = shown,
                Compression = compression,
                Bytes = size,
            };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Stream Open(ArchivePart part, long offset, long length)
    {
        var range = _ranges[part];
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, range.Length - offset);
        return new FileSlice(_file, range.Offset + offset, length);
    }

    /// <inheritdoc/>
    public long LengthOf(ArchivePart part) => _ranges[part].Length;

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static async Task<IFileBytes> PlainAsync(
        IFileBytes file, string path, ArchiveManifest manifest, WorkDirectory work, EventSink events,
        CancellationToken cancellationToken)
    {
        var plain = await ArchiveOpening.DecompressAsync(file, path, manifest, work, events, cancellationToken);
        file.Dispose();
        return FileBytes.Open(plain);
    }

    private static async Task<Dictionary<ArchivePart, StoredRange>> IndexAsync(
        IFileBytes plain, string path, byte[] sidecar, ArchiveManifest manifest, CancellationToken cancellationToken)
    {
        var container = new ContainerReader(new SeekableBytes(plain), path);
        var again = await container.ReadSidecarAsync(cancellationToken);
        return again.AsSpan().SequenceEqual(sidecar)
            ? container.Index(manifest, cancellationToken)
            : throw new DiffahException(DiffahErrors.ArchiveInvalid, $"'{path}' was changed while it was read.");
    }
}
