using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Tar;

/// <summary>A file of a tar: where its content is.</summary>
/// <param name="Offset">Where the stored bytes begin, in bytes from the start of the tar.</param>
/// <param name="StoredLength">How many they are.</param>
/// <param name="Sparse">Which bytes of the file they are; null where they are all.</param>
internal sealed record TarMember(long Offset, long StoredLength, SparseMap? Sparse)
{
    /// <summary>Size of the file, in bytes.</summary>
    public long Length => Sparse?.Length ?? StoredLength;
}

/// <summary>
/// What is where in a tar. Links are followed inside the archive alone. Entries that nobody asks for may be called and
/// be anything.
/// </summary>
internal sealed class TarIndex
{
    private const int MaximumEntries = 200_000;
    private const int MaximumLinks = 16;

    // Of all entries together: names, and maps of sparse files. A thousand entries with long names take one.
    private const long MaximumKept = 64 * 1024 * 1024;

    private readonly string _archive;
    private readonly Dictionary<string, Func<TarMember>> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Func<string>> _links = new(StringComparer.Ordinal);
    private readonly HashSet<string> _duplicates = new(StringComparer.Ordinal);

    private long _kept;

    private TarIndex(string archive) => _archive = archive;

    /// <summary>Reads the headers of a whole tar.</summary>
    /// <param name="file">The tar, seekable.</param>
    /// <param name="archive">The archive's path, for error messages.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DiffahException">InvalidImage.</exception>
    public static TarIndex Read(Stream file, string archive, CancellationToken cancellationToken)
    {
        var index = new TarIndex(archive);
        try
        {
            var reader = new TarReader(file);
            for (var count = 0; reader.Next(cancellationToken) is { } entry; count++)
            {
                if (count == MaximumEntries)
                    throw new InvalidDataException($"it has more than {MaximumEntries} entries");
                index.Add(entry);
            }
        }
        catch (InvalidDataException e)
        {
            throw Invalid($"'{archive}' is not a tar archive, or is damaged: {e.Message}.", e);
        }
        return index;
    }

    /// <summary>Finds a file by its canonical name; null where there is none.</summary>
    /// <param name="name">The canonical name.</param>
    /// <exception cref="DiffahException">InvalidImage: a name that is there twice, a link that leads out or nowhere, a
    /// bad sparse map.</exception>
    public TarMember? Find(string name)
    {
        for (var hops = 0; hops <= MaximumLinks; hops++)
        {
            if (_duplicates.Contains(name))
                throw Invalid($"'{_archive}' holds '{name}' more than once.");
            if (_files.TryGetValue(name, out var member))
                return Open(name, member);
            if (!_links.TryGetValue(name, out var follow))
                return null;
            name = follow();
        }
        throw Invalid($"The links of '{_archive}' lead in a circle at '{name}'.");
    }

    private void Add(TarEntry entry)
    {
        if ((_kept += entry.RawHeader.Length - TarHeader.BlockSize) > MaximumKept)
            throw new InvalidDataException($"the names of its entries take more than {MaximumKept} bytes");
        if (TarPath.TryNormalize(entry.Name) is not { } name)
            return;
        // The entry itself is not kept: its headers may have megabytes.
        var (offset, size, link, sparse) = (entry.ContentOffset, entry.StoredSize, entry.LinkName, entry.OpenSparse);
        var isNew = entry.Kind switch
        {
            TarEntryKind.SymbolicLink => AddLink(name, () => TarPath.Follow(name, link)),
            TarEntryKind.HardLink => AddLink(name, () => TarPath.Normalize(link)),
            TarEntryKind.File => !_links.ContainsKey(name)
                && _files.TryAdd(name, () => new TarMember(offset, size, sparse())),
            _ => true,
        };
        if (!isNew)
            _duplicates.Add(name);
    }

    private bool AddLink(string name, Func<string> follow) => !_files.ContainsKey(name) && _links.TryAdd(name, follow);

    private TarMember Open(string name, Func<TarMember> member)
    {
        try
        {
            return member();
        }
        catch (InvalidDataException e)
        {
            throw Invalid($"'{name}' of '{_archive}' can't be read: {e.Message}.", e);
        }
    }

    private static DiffahException Invalid(string message, Exception? inner = null) =>
        new(DiffahErrors.InvalidImage, message, inner: inner);
}
