using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Sidecars;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Container;

/// <summary>
/// A delta archive, checked as a whole when it is opened: container, sidecar, and that both agree. Blobs are read where
/// they lie, when they are asked for.
/// </summary>
internal sealed class DeltaArchiveReader : IDisposable
{
    private readonly FileStream _file;
    private readonly Dictionary<Digest, long> _offsets;

    private DeltaArchiveReader(string path, ArchiveCompression compression, FileStream file, byte[] sidecarBytes, Sidecar sidecar, Dictionary<Digest, long> offsets) =>
        (Path, Compression, _file, SidecarBytes, Sidecar, _offsets) = (path, compression, file, sidecarBytes, sidecar, offsets);

    /// <summary>Absolute path of the archive.</summary>
    public string Path { get; }

    /// <summary>How it is compressed as a whole.</summary>
    public ArchiveCompression Compression { get; }

    /// <summary>Size of the archive file as it was when it was opened.</summary>
    public required long FileBytes { get; init; }

    /// <summary>What it says.</summary>
    public Sidecar Sidecar { get; }

    /// <summary>The sidecar as it is stored: the bytes that <see cref="Sidecar"/> was read from, and no others.</summary>
    public ReadOnlyMemory<byte> SidecarBytes { get; }

    /// <summary>Opens an archive; one that is compressed as a whole is decompressed to the work directory.</summary>
    /// <exception cref="DiffahException">FileNotFound, ArchiveInvalid, ArchiveVersionUnknown, ArchiveTooOld.</exception>
    public static async Task<DeltaArchiveReader> OpenAsync(string path, WorkDirectory work, EventSink events, CancellationToken cancellationToken)
    {
        var plain = await ArchiveOpening.PlainPathAsync(path, work, events, cancellationToken);
        // One file, opened once: whatever somebody puts in its place meanwhile, what was checked is what is used.
        var file = new FileStream(plain, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024, FileOptions.Asynchronous);
        try
        {
            var entries = new ArchiveEntries(file, path);
            var bytes = await entries.ReadSidecarAsync(cancellationToken);
            var sidecar = new SidecarReader(events.For("deltas")).Read(bytes);
            var offsets = entries.Index(sidecar, cancellationToken);
            return new DeltaArchiveReader(path, plain == path ? ArchiveCompression.None : ArchiveCompression.Zstd, file, bytes, sidecar, offsets)
            {
                FileBytes = plain == path ? file.Length : new FileInfo(path).Length,
            };
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens the stored bytes of a blob; a patch is not applied, and nothing is verified.</summary>
    public Stream OpenStored(Digest digest) => new FileSlice(_file.SafeFileHandle, _offsets[digest], Sidecar.Blobs[digest].ArchiveSize);

    /// <summary>Opens a blob that is stored whole, through a stream that checks it.</summary>
    public VerifyingStream OpenFull(Digest digest) => new(OpenStored(digest), digest, Sidecar.Blobs[digest].Size, $"Blob {digest} of '{Path}'");

    /// <summary>Reads a small blob that is stored whole, such as a manifest.</summary>
    /// <exception cref="DiffahException">SizeMismatch, DigestMismatch.</exception>
    public async Task<byte[]> ReadFullAsync(Digest digest, int maximum, CancellationToken cancellationToken)
    {
        using var stream = OpenFull(digest);
        return await stream.ReadBoundedAsync(maximum, $"Blob {digest} of '{Path}'", cancellationToken);
    }

    /// <summary>Reads the manifest of an image.</summary>
    /// <exception cref="DiffahException">SizeMismatch, DigestMismatch, InvalidManifest.</exception>
    public async Task<ImageManifest> ReadManifestAsync(SidecarImage image, CancellationToken cancellationToken)
    {
        var target = image.Target;
        var bytes = await ReadFullAsync(target.ManifestDigest, RawManifest.MaximumSize, cancellationToken);
        return ImageManifest.Parse(new RawManifest(bytes, target.MediaType, target.ManifestDigest));
    }

    /// <summary>Reads the configuration of an image; null where it is not in the archive whole, or can't be read: it then says nothing of the layers.</summary>
    public async Task<ImageConfig?> TryReadConfigAsync(ImageManifest manifest, CancellationToken cancellationToken)
    {
        if (!Sidecar.Blobs.TryGetValue(manifest.Config.Digest, out var blob) || !blob.IsFull || blob.Size > ImageConfig.MaximumSize)
            return null;
        try
        {
            return ImageConfig.Parse(await ReadFullAsync(manifest.Config.Digest, ImageConfig.MaximumSize, cancellationToken));
        }
        catch (DiffahException e) when (e.Error.Category == DiffahErrorCategory.Content)
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();
}
