using System.Collections.Concurrent;
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
/// What is where in a tar. Links are followed inside the archive alone, those of folders too. Entries that nobody asks
/// for may be called and be anything. A name that is there more than once is one where all of its entries hold the same
/// bytes.
/// </summary>
internal sealed class TarIndex
{
    /// <summary>The most entries of an archive.</summary>
    internal const int MaximumEntries = 200_000;

    /// <summary>
    /// The most that is kept of entries: the characters of names and of links, and the headers of sparse files.
    /// </summary>
    internal const int MaximumKept = 32 * 1024 * 1024;

    private const int MaximumLinks = 40;

    private readonly string _archive;
    private readonly Func<TarMember, TarMember, bool> _same;
    private readonly Dictionary<string, Found> _entries = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TarMember?> _twins = new(StringComparer.Ordinal);
    private long _kept;

    private TarIndex(string archive, Func<TarMember, TarMember, bool> same) => (_archive, _same) = (archive, same);

    /// <summary>Reads the headers of a whole tar.</summary>
    /// <param name="file">The tar, seekable.</param>
    /// <param name="archive">The archive's path, for error messages.</param>
    /// <param name="same">Whether two files hold the same bytes.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DiffahException">InvalidImage.</exception>
    public static TarIndex Read(
        Stream file, string archive, Func<TarMember, TarMember, bool> same, CancellationToken cancellationToken)
    {
        var index = new TarIndex(archive, same);
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
    /// <exception cref="DiffahException">InvalidImage: a name that stands for different files, a link that leads out or
    /// in a circle, a bad sparse map.</exception>
    public TarMember? Find(string name) =>
        // Twins are read to be compared: once, however often their name is asked for.
        _entries.TryGetValue(name, out var found) && found.Before is not null
            ? _twins.GetOrAdd(name, Resolve)
            : Resolve(name);

    private TarMember? Resolve(string name)
    {
        var links = 0;
        return Find(name, ref links);
    }

    private TarMember? Find(string name, ref int links)
    {
        if (!_entries.TryGetValue(name, out var found))
            return FollowFolder(name) is { } elsewhere ? Follow(elsewhere, ref links) : null;
        TarMember? first = null;
        for (var entry = found; entry is not null; entry = entry.Before)
        {
            var member = entry.Link is { } link ? Follow(Target(name, link), ref links) : Open(name, entry);
            if (entry == found)
                first = member;
            else if (member is null || first is null || !(member == first || _same(member, first)))
                throw Invalid($"'{_archive}' holds '{name}' more than once, with different content.");
        }
        return first;
    }

    private TarMember? Follow(string name, ref int links) => ++links <= MaximumLinks
        ? Find(name, ref links)
        : throw Invalid($"The links of '{_archive}' lead in a circle at '{name}', or never end.");

    /// <summary>The name behind the first folder of a name that is a link; null where none is.</summary>
    private string? FollowFolder(string name)
    {
        for (var slash = name.IndexOf('/'); slash > 0; slash = name.IndexOf('/', slash + 1))
        {
            var folder = name[..slash];
            if (_entries.TryGetValue(folder, out var found) && found.Link is { IsHard: false } link)
                return TarPath.Normalize($"{Target(folder, link)}{name[slash..]}");
        }
        return null;
    }

    private static string Target(string name, Link link) =>
        link.IsHard ? TarPath.Normalize(link.To) : TarPath.Follow(name, link.To);

    private void Add(TarEntry entry)
    {
        if (entry.Kind is not (TarEntryKind.File or TarEntryKind.SymbolicLink or TarEntryKind.HardLink)
            || TarPath.TryNormalize(entry.Name) is not { } name)
            return;
        _kept += name.Length + entry.LinkName.Length + (entry.IsSparse ? entry.RawHeader.Length : 0);
        if (_kept > MaximumKept)
            throw new InvalidDataException(
                $"the names of its entries take more than {MaximumKept >> 20} million characters");
        var link = entry.Kind == TarEntryKind.File
            ? null
            : new Link(entry.LinkName, entry.Kind == TarEntryKind.HardLink);
        _entries[name] = new Found(
            entry.ContentOffset, entry.StoredSize, entry.OpenSparse, link, _entries.GetValueOrDefault(name));
    }

    private TarMember Open(string name, Found entry)
    {
        try
        {
            return new TarMember(entry.Offset, entry.Length, entry.Sparse?.Invoke());
        }
        catch (InvalidDataException e)
        {
            throw Invalid($"'{name}' of '{_archive}' can't be read: {e.Message}.", e);
        }
    }

    private static DiffahException Invalid(string message, Exception? inner = null) =>
        new(DiffahErrors.InvalidImage, message, inner: inner);

    private sealed record Link(string To, bool IsHard);

    /// <summary>An entry, and the one before it that has the same name.</summary>
    private sealed class Found(long offset, long length, Func<SparseMap?>? sparse, Link? link, Found? before)
    {
        public long Offset => offset;

        public long Length => length;

        public Func<SparseMap?>? Sparse => sparse;

        public Link? Link => link;

        public Found? Before => before;
    }
}
