using Diffah.Engine.Content;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Restoring;

/// <summary>Where contents come from: a baseline, whatever form it is in, or an archive that makes them.</summary>
internal interface IContentSource
{
    /// <summary>True where the content is to be had.</summary>
    /// <param name="diffId">The content.</param>
    bool Has(Digest diffId);

    /// <summary>A content as a file, verified.</summary>
    /// <param name="diffId">A content that <see cref="Has"/>.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    Task<ContentFile> GetAsync(Digest diffId, CancellationToken cancellationToken);
}

/// <summary>A verified content in a file of the work directory.</summary>
/// <param name="DiffId">Its digest.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Path">Absolute path of the file.</param>
internal sealed record ContentFile(Digest DiffId, long Size, string Path)
{
    /// <summary>Opens the content for reading from the start to the end.</summary>
    public FileStream OpenRead() => new(Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0,
        FileOptions.Asynchronous | FileOptions.SequentialScan);

    /// <summary>Maps the content into memory.</summary>
    public MappedFile Map() => new(Path);
}
