using System.Buffers;
using System.Security.Cryptography;
using Diffah.Engine.Content;
using Diffah.Engine.Oci;
using Diffah.Engine.Tar;

namespace Diffah.Engine.Layers;

/// <summary>The digests of all file contents in a layer's tar.</summary>
internal sealed class LayerMap
{
    /// <summary>
    /// The most distinct contents that are kept, some hundred megabytes; images have tens of thousands.
    /// </summary>
    public const int MaximumContents = 1_000_000;

    private readonly Dictionary<Digest, long> _contents;

    /// <param name="contents">The distinct contents of regular files, and their sizes in bytes.</param>
    public LayerMap(Dictionary<Digest, long> contents) => _contents = contents;

    /// <summary>The distinct contents of regular files, and their sizes in bytes.</summary>
    public IReadOnlyDictionary<Digest, long> Contents => _contents;

    /// <summary>Reads a layer's content; null where it is no tar.</summary>
    /// <param name="content">The plain tar, read to its end, to where it is damaged, or to as many contents as are
    /// kept.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static LayerMap? Read(Stream content, CancellationToken cancellationToken) =>
        Read(content, MaximumContents, cancellationToken);

    /// <summary>The same with another bound.</summary>
    /// <param name="content">The plain tar.</param>
    /// <param name="maximum">The most distinct contents that are kept.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    internal static LayerMap? Read(Stream content, int maximum, CancellationToken cancellationToken)
    {
        var contents = new Dictionary<Digest, long>();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(StreamExtensions.CopyBufferSize);
        try
        {
            var tar = new TarReader(content);
            while (contents.Count < maximum && tar.Next(cancellationToken) is { } entry)
            {
                if (entry.Kind == TarEntryKind.File)
                    contents[Hash(tar, hash, buffer, cancellationToken)] = entry.StoredSize;
            }
            return new LayerMap(contents);
        }
        catch (InvalidDataException)
        {
            // What was read up to the fault is right, and worth as much as if nothing followed.
            return contents.Count > 0 ? new LayerMap(contents) : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Bytes of distinct contents that both layers hold.</summary>
    /// <param name="other">The other layer.</param>
    public long SharedBytes(LayerMap other)
    {
        var (few, many) = _contents.Count <= other._contents.Count ? (this, other) : (other, this);
        return few._contents.Where(c => many._contents.ContainsKey(c.Key)).Sum(c => c.Value);
    }

    private static Digest Hash(TarReader tar, IncrementalHash hash, byte[] buffer, CancellationToken cancellationToken)
    {
        int read;
        while ((read = tar.Read(buffer)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
        }
        return Digest.FromHash("sha256", hash.GetHashAndReset());
    }
}
