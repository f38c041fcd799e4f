using System.Buffers;
using System.Security.Cryptography;
using Diffah.Engine.Content;
using Diffah.Engine.Oci;
using Diffah.Engine.Tar;

namespace Diffah.Engine.Layers;

/// <summary>An entry of a layer's tar.</summary>
/// <param name="Name">Its name, as found.</param>
/// <param name="Kind">What it is.</param>
/// <param name="HeaderOffset">Where its headers begin in the tar, in bytes.</param>
/// <param name="ContentOffset">Where its stored content begins in the tar, in bytes.</param>
/// <param name="Size">Bytes of stored content.</param>
/// <param name="Content">SHA-256 of the stored content; null for what is no file.</param>
internal sealed record LayerEntry(
    string Name, TarEntryKind Kind, long HeaderOffset, long ContentOffset, long Size, Digest? Content);

/// <summary>What is where in a layer's tar, with the digests of all file contents.</summary>
internal sealed class LayerMap
{
    private readonly Dictionary<Digest, long> _contents = [];

    /// <param name="entries">The entries, in the tar's order.</param>
    public LayerMap(IReadOnlyList<LayerEntry> entries)
    {
        Entries = entries;
        foreach (var entry in entries)
        {
            if (entry.Content is { } content)
                _contents[content] = entry.Size;
        }
    }

    /// <summary>The entries, in the tar's order.</summary>
    public IReadOnlyList<LayerEntry> Entries { get; }

    /// <summary>The distinct contents of regular files, and their sizes in bytes.</summary>
    public IReadOnlyDictionary<Digest, long> Contents => _contents;

    /// <summary>Reads a layer's content; null where it is no tar.</summary>
    /// <param name="content">The plain tar, read to its end or to where it is damaged.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static LayerMap? Read(Stream content, CancellationToken cancellationToken)
    {
        var entries = new List<LayerEntry>();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(StreamExtensions.CopyBufferSize);
        try
        {
            var tar = new TarReader(content);
            while (tar.Next(cancellationToken) is { } entry)
            {
                Digest? digest = entry.Kind == TarEntryKind.File ? Hash(tar, hash, buffer, cancellationToken) : null;
                entries.Add(new LayerEntry(
                    entry.Name, entry.Kind, entry.HeaderOffset, entry.ContentOffset, entry.StoredSize, digest));
            }
            return new LayerMap(entries);
        }
        catch (InvalidDataException)
        {
            // What was read up to the fault is right, and worth as much as if nothing followed.
            return entries.Exists(e => e.Content is not null) ? new LayerMap(entries) : null;
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
