using System.Formats.Tar;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Transports.Archives;

/// <summary>A file of a tar: where its content is, in bytes.</summary>
internal sealed record TarMember(long Offset, long Length);

/// <summary>What is where in a tar. Links are followed inside the archive alone.</summary>
internal sealed class TarIndex
{
    private const int MaximumEntries = 200_000;
    private const int MaximumLinks = 16;

    private readonly string _archive;
    private readonly Dictionary<string, TarMember> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Func<string>> _links = new(StringComparer.Ordinal);
    private readonly HashSet<string> _duplicates = new(StringComparer.Ordinal);

    private TarIndex(string archive) => _archive = archive;

    /// <summary>Reads the headers of a whole tar.</summary>
    /// <param name="file">The tar, seekable.</param>
    /// <param name="archive">The archive's path, for error messages.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DiffahException">InvalidImage.</exception>
    public static TarIndex Read(FileStream file, string archive, CancellationToken cancellationToken)
    {
        var index = new TarIndex(archive);
        try
        {
            using var reader = new TarReader(new TarHeaderGuard(file), leaveOpen: true);
            for (var count = 0; reader.GetNextEntry() is { } entry; count++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (count == MaximumEntries)
                    throw new InvalidDataException($"it has more than {MaximumEntries} entries");
                index.Add(entry, file.Length);
            }
        }
        catch (Exception e) when (TarFault.Is(e))
        {
            throw new DiffahException(DiffahErrors.InvalidImage, $"'{archive}' is not a tar archive, or is damaged: {e.Message.TrimEnd('.')}.", inner: e);
        }
        return index;
    }

    /// <summary>Finds a file by its canonical name; null where there is none.</summary>
    /// <param name="name">The canonical name.</param>
    /// <exception cref="DiffahException">InvalidImage: a name that is there twice, or a link that leads out or nowhere.</exception>
    public TarMember? Find(string name)
    {
        for (var hops = 0; hops <= MaximumLinks; hops++)
        {
            if (_duplicates.Contains(name))
                throw new DiffahException(DiffahErrors.InvalidImage, $"'{_archive}' holds '{name}' more than once.");
            if (_files.TryGetValue(name, out var member))
                return member;
            if (!_links.TryGetValue(name, out var follow))
                return null;
            name = follow();
        }
        throw new DiffahException(DiffahErrors.InvalidImage, $"The links of '{_archive}' lead in a circle at '{name}'.");
    }

    private void Add(TarEntry entry, long fileLength)
    {
        // Before the type is looked at: whatever has content must end inside the file, or the next header is not where it seems.
        if (entry.Length > 0 && entry.Length > fileLength - entry.DataOffset)
            throw new InvalidDataException("it is cut short");
        if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.SymbolicLink or TarEntryType.HardLink))
            return;
        var name = ContainedPath.Normalize(entry.Name);
        var isNew = entry.EntryType switch
        {
            TarEntryType.SymbolicLink => !_files.ContainsKey(name) && _links.TryAdd(name, Follower(name, entry.LinkName)),
            TarEntryType.HardLink => !_files.ContainsKey(name) && _links.TryAdd(name, HardFollower(entry.LinkName)),
            _ => !_links.ContainsKey(name) && _files.TryAdd(name, new TarMember(entry.Length > 0 ? entry.DataOffset : 0, entry.Length)),
        };
        if (!isNew)
            _duplicates.Add(name);
    }

    private static Func<string> Follower(string name, string target) => () => ContainedPath.FollowLink(name, target);

    private static Func<string> HardFollower(string target) => () => ContainedPath.Normalize(target);
}
