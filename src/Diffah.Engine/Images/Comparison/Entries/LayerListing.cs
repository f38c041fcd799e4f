using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Tar;

namespace Diffah.Engine.Images.Comparison.Entries;

/// <summary>All entries of a layer, and how its tar ends.</summary>
/// <param name="Entries">The entries, in the tar's order.</param>
/// <param name="End">What stands between and behind them.</param>
internal sealed record LayerListing(IReadOnlyList<LayerEntry> Entries, TarEnd End)
{
    /// <summary>Reads a plain tar to its end.</summary>
    /// <param name="content">The tar.</param>
    /// <param name="budget">Counts what is kept.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="InvalidDataException">It is no tar, is damaged, or has too many entries.</exception>
    public static LayerListing Read(Stream content, EntryBudget budget, CancellationToken cancellationToken)
    {
        // Read without seeking, since what stands between contents is looked at too.
        return new ListingReader(new ForwardTar(content), budget, cancellationToken).Read();
    }
}

/// <summary>Counts what is read; does not own it.</summary>
/// <param name="content">The bytes.</param>
internal sealed class ForwardTar(Stream content) : ForwardReadStream
{
    /// <summary>Bytes read so far.</summary>
    public override long Position { get; set; }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var read = content.Read(buffer);
        Position += read;
        return read;
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await content.ReadAsync(buffer, cancellationToken);
        Position += read;
        return read;
    }
}

/// <summary>Reads the entries of a tar.</summary>
/// <param name="content">The tar.</param>
/// <param name="budget">Counts what is kept.</param>
/// <param name="cancellationToken">Stops the reading.</param>
internal sealed class ListingReader(ForwardTar content, EntryBudget budget, CancellationToken cancellationToken)
{
    private readonly TarReader _tar = new(content);
    private readonly List<LayerEntry> _entries = [];
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);

    /// <summary>Reads to the end of the tar.</summary>
    public LayerListing Read()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var filling = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(StreamExtensions.CopyBufferSize);
        try
        {
            while (_tar.Next(cancellationToken) is { } entry)
            {
                AddFilling(filling, _tar.PaddingBefore);
                var metadata = TarMetadataReader.Read(entry);
                Add(entry, metadata, Hash(entry, hash, buffer));
            }
            return new LayerListing(_entries, ReadEnd(filling, buffer));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Add(TarEntry entry, TarMetadata metadata, (byte[]? Hash, long Size) content)
    {
        var type = TypeOf(entry.Kind, metadata.Type);
        var path = EntryPath.Of(entry.Name);
        var link = type == EntryType.HardLink ? EntryPath.Of(entry.LinkName) : entry.LinkName;
        budget.Take(path.Length + link.Length + metadata.TextLength);
        _entries.Add(new LayerEntry
        {
            Path = path,
            Type = type,
            Metadata = metadata with { UserName = Shared(metadata.UserName), GroupName = Shared(metadata.GroupName) },
            LinkName = link,
            Size = content.Size,
            Hash = content.Hash,
            HeaderOffset = entry.HeaderOffset,
        });
    }

    private (byte[]? Hash, long Size) Hash(TarEntry entry, IncrementalHash hash, byte[] buffer)
    {
        if (entry.Kind is not (TarEntryKind.File or TarEntryKind.Other))
            return (null, 0);
        if (entry.Sparse is not { } map)
        {
            HashAll(_tar.Read, hash, buffer);
            return (hash.GetHashAndReset(), entry.StoredSize);
        }
        if (budget.TryTakeHoles(map.Length - entry.StoredSize))
        {
            using var whole = new SparseStream(_tar.OpenContent(), map);
            HashAll(whole.Read, hash, buffer);
        }
        else
        {
            hash.AppendData(MemoryMarshal.AsBytes(map.Runs.AsSpan()));
            HashAll(_tar.Read, hash, buffer);
        }
        return (hash.GetHashAndReset(), map.Length);
    }

    private void HashAll(ReadBytes read, IncrementalHash hash, byte[] buffer)
    {
        int length;
        while ((length = read(buffer)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, length);
        }
    }

    // The blocks of zeros that end a tar, and whatever follows them.
    private TarEnd ReadEnd(IncrementalHash filling, byte[] buffer)
    {
        AddFilling(filling, _tar.PaddingBefore);
        var start = content.Position;
        int read;
        while ((read = content.Read(buffer)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            AddFilling(filling, buffer.AsSpan(0, read));
        }
        return new TarEnd(
            content.Position, content.Position - start, Convert.ToHexStringLower(filling.GetHashAndReset()));
    }

    private static void AddFilling(IncrementalHash filling, ReadOnlySpan<byte> bytes)
    {
        if (bytes.ContainsAnyExcept((byte)0))
            filling.AppendData(bytes);
    }

    private static EntryType TypeOf(TarEntryKind kind, byte type) => kind switch
    {
        TarEntryKind.File => EntryType.File,
        TarEntryKind.HardLink => EntryType.HardLink,
        TarEntryKind.SymbolicLink => EntryType.SymbolicLink,
        TarEntryKind.Directory => EntryType.Directory,
        TarEntryKind.Special => type switch
        {
            (byte)'3' => EntryType.CharacterDevice,
            (byte)'4' => EntryType.BlockDevice,
            _ => EntryType.Fifo,
        },
        _ => EntryType.Other,
    };

    private string Shared(string text)
    {
        if (_texts.TryGetValue(text, out var known))
            return known;
        if (_texts.Count < 1000)
            _texts[text] = text;
        return text;
    }

    private delegate int ReadBytes(Span<byte> buffer);
}
