using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Archive;

/// <summary>
/// A delta archive in a file; one that is compressed as a whole is decompressed to the work directory.
/// </summary>
internal sealed class FileArchiveStore : IArchiveStore
{
    private readonly FileStream _file;
    private readonly Dictionary<Digest, long> _offsets;

    private FileArchiveStore(
        FileStream file, ArchiveManifest manifest, ReadOnlyMemory<byte> manifestBytes,
        Dictionary<Digest, long> offsets) =>
        (_file, Manifest, ManifestBytes, _offsets) = (file, manifest, manifestBytes, offsets);

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
    /// <param name="work">Where to decompress to.</param>
    /// <param name="events">Told of fields that this build does not know.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="DiffahException">FileNotFound, ArchiveInvalid, ArchiveVersionUnknown,
    /// ArchiveTooOld.</exception>
    public static async Task<FileArchiveStore> OpenAsync(
        string path, WorkDirectory work, EventSink events, CancellationToken cancellationToken)
    {
        var plain = await ArchiveOpening.PlainPathAsync(path, work, events, cancellationToken);
        // One file, opened once: whatever somebody puts in its place meanwhile, what was checked is what is used.
        var file = new FileStream(
            plain, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024, FileOptions.Asynchronous);
        try
        {
            var container = new ContainerReader(file, path);
            var bytes = await container.ReadSidecarAsync(cancellationToken);
            var manifest = new SidecarReader(events.For("deltas")).Read(bytes);
            return new FileArchiveStore(file, manifest, bytes, container.Index(manifest, cancellationToken))
            {
                Location = path,
                Compression = plain == path ? ArchiveCompression.None : ArchiveCompression.Zstd,
                Bytes = plain == path ? file.Length : new FileInfo(path).Length,
            };
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public Stream OpenStored(Digest digest) =>
        new FileSlice(_file.SafeFileHandle, _offsets[digest], Manifest.Blobs[digest].ArchiveSize);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
