using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Archive;

/// <summary>
/// Where the parts of a delta archive lie, whatever the version of its format. Checked as a whole when it is opened.
/// </summary>
internal interface IArchiveStore : IDisposable
{
    /// <summary>Where it is: the absolute path of a file.</summary>
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

    /// <summary>Opens the stored bytes of a blob; nothing is decoded or verified.</summary>
    /// <param name="digest">Digest of the target blob, one of <see cref="ArchiveManifest.Blobs"/>.</param>
    Stream OpenStored(Digest digest);
}
