using Diffah.Engine.Content;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Layers;

/// <summary>A verified blob in a file of the work directory.</summary>
/// <param name="Digest">Its digest.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Path">Absolute path of the file.</param>
public sealed record SpooledBlob(Digest Digest, long Size, string Path)
{
    /// <summary>Opens the blob for reading from the start to the end.</summary>
    public FileStream OpenRead() => new(Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0,
        FileOptions.Asynchronous | FileOptions.SequentialScan);

    /// <summary>Maps the blob into memory.</summary>
    public MappedFile Map() => new(Path);
}
