using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Sidecars;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Microsoft.Win32.SafeHandles;

namespace Diffah.Engine.Deltas.Container;

/// <summary>
/// A delta archive, checked as a whole when it is opened: container, sidecar, and that both agree. Blobs are read where
/// they lie, when they are asked for.
/// </summary>
internal sealed class DeltaArchiveReader : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly Dictionary<Digest, long> _offsets;

    private DeltaArchiveReader(string path, ArchiveCompression compression, SafeFileHandle file, Sidecar sidecar, Dictionary<Digest, long> offsets) =>
        (Path, Compression, _file, Sidecar, _offsets) = (path, compression, file, sidecar, offsets);

    /// <summary>Absolute path of the archive.</summary>
    public string Path { get; }

    /// <summary>How it is compressed as a whole.</summary>
    public ArchiveCompression Compression { get; }

    /// <summary>What it says.</summary>
    public Sidecar Sidecar { get; }

    /// <summary>Opens an archive; one that is compressed as a whole is decompressed to the work directory.</summary>
    /// <exception cref="DiffahException">FileNotFound, ArchiveInvalid, ArchiveVersionUnknown, ArchiveTooOld.</exception>
    public static async Task<DeltaArchiveReader> OpenAsync(string path, WorkDirectory work, EventSink events, CancellationToken cancellationToken)
    {
        var plain = await ArchiveOpening.PlainPathAsync(path, work, events, cancellationToken).ConfigureAwait(false);
        using var stream = new FileStream(plain, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024, FileOptions.Asynchronous);
        using var entries = new ArchiveEntries(stream, path);
        var sidecar = await entries.ReadSidecarAsync(events, cancellationToken).ConfigureAwait(false);
        var offsets = await entries.IndexAsync(sidecar, stream.Length, cancellationToken).ConfigureAwait(false);
        var compression = plain == path ? ArchiveCompression.None : ArchiveCompression.Zstd;
        return new DeltaArchiveReader(path, compression, File.OpenHandle(plain, options: FileOptions.Asynchronous), sidecar, offsets);
    }

    /// <summary>Opens the stored bytes of a blob; a patch is not applied, and nothing is verified.</summary>
    public Stream OpenStored(Digest digest) => new FileSlice(_file, _offsets[digest], Sidecar.Blobs[digest].ArchiveSize);

    /// <summary>Opens a blob that is stored whole, through a stream that checks it.</summary>
    public VerifyingStream OpenFull(Digest digest) => new(OpenStored(digest), digest, Sidecar.Blobs[digest].Size, $"Blob {digest} of '{Path}'");

    /// <summary>Reads a small blob that is stored whole, such as a manifest.</summary>
    /// <exception cref="DiffahException">SizeMismatch, DigestMismatch.</exception>
    public async Task<byte[]> ReadFullAsync(Digest digest, int maximum, CancellationToken cancellationToken)
    {
        using var stream = OpenFull(digest);
        return await stream.ReadBoundedAsync(maximum, $"Blob {digest} of '{Path}'", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the manifest of an image.</summary>
    /// <exception cref="DiffahException">SizeMismatch, DigestMismatch, InvalidManifest.</exception>
    public async Task<ImageManifest> ReadManifestAsync(SidecarImage image, CancellationToken cancellationToken)
    {
        var target = image.Target;
        var bytes = await ReadFullAsync(target.ManifestDigest, RawManifest.MaximumSize, cancellationToken).ConfigureAwait(false);
        return ImageManifest.Parse(new RawManifest(bytes, target.MediaType, target.ManifestDigest));
    }

    public void Dispose() => _file.Dispose();
}
