
namespace Diffah.Engine.Deltas.Archive;

/// <summary>
/// Where the parts of a delta archive lie, whatever the version of its format. Checked as a whole when it is opened.
/// </summary>
internal interface IArchiveStore : IDisposable
{
    /// <summary>Where it is: the absolute path of a file, or the reference of what is in a registry.</summary>
    string Location { get; }

    /// <summary>How it is compressed as a whole.</summary>
    ArchiveCompression Compression { get; }

    /// <summary>Bytes that travel: all of the archive, as it was when it was opened.</summary>
    long Bytes { get; }

    /// <summary>What it says.</summary>
    ArchiveManifest Manifest { get; }

    /// <summary>
    /// The document that <see cref="Manifest"/> was read from, as it is stored: what a signature covers.
    /// </summary>
    ReadOnlyMemory<byte> ManifestBytes { get; }

    /// <summary>
    /// Whether a signature is stored with it. One that lies beside the file of an archive is not.
    /// </summary>
    bool HasSignature => false;

    /// <summary>Bytes that are stored of a part.</summary>
    /// <param name="part">One of <see cref="ArchiveManifest.Parts"/>.</param>
    long LengthOf(ArchivePart part);

    /// <summary>
    /// Brings a part near, so that <see cref="Open"/> does not wait: of an archive in a registry it is fetched, and
    /// verified, the first time it is asked for.
    /// </summary>
    /// <param name="part">One of <see cref="ArchiveManifest.Parts"/>.</param>
    /// <param name="cancellationToken">Stops the fetching.</param>
    Task FetchAsync(ArchivePart part, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Opens stored bytes of a part; nothing is decoded or verified.</summary>
    /// <param name="part">One of <see cref="ArchiveManifest.Parts"/>.</param>
    /// <param name="offset">Where they begin.</param>
    /// <param name="length">How many are read.</param>
    Stream Open(ArchivePart part, long offset, long length);
}
