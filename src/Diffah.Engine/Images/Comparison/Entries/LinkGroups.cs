namespace Diffah.Engine.Images.Comparison.Entries;

/// <summary>
/// The files of a layer that have several names. Which of the names comes first, and so stands as the file, goes by the
/// order of entries.
/// </summary>
internal sealed class LinkGroups
{
    private const int MaximumLinks = 40;

    private readonly Dictionary<string, LayerEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedSet<string>> _names = new(StringComparer.Ordinal);

    /// <summary>Finds the groups of a layer.</summary>
    /// <param name="entries">Its entries.</param>
    public LinkGroups(IReadOnlyList<LayerEntry> entries)
    {
        if (entries.All(e => e.Type != EntryType.HardLink))
            return;
        foreach (var entry in entries)
            _entries[entry.Path] = entry;
        foreach (var link in _entries.Values.Where(e => e.Type == EntryType.HardLink))
        {
            if (FileOf(link) is not { } file)
                continue;
            if (!_names.TryGetValue(file.Path, out var names))
                _names[file.Path] = names = new SortedSet<string>(StringComparer.Ordinal) { file.Path };
            names.Add(link.Path);
        }
    }

    /// <summary>
    /// The file that has an entry's bytes; null where a hard link leads out of the layer, or nowhere.
    /// </summary>
    /// <param name="entry">An entry of the layer.</param>
    public LayerEntry? FileOf(LayerEntry entry)
    {
        var found = entry;
        for (var count = 0; found.Type == EntryType.HardLink; count++)
        {
            if (count == MaximumLinks || !_entries.TryGetValue(found.LinkName, out var next))
                return null;
            found = next;
        }
        return found;
    }

    /// <summary>All names of an entry's file; null where it has one alone.</summary>
    /// <param name="entry">An entry of the layer.</param>
    public IReadOnlySet<string>? NamesOf(LayerEntry entry) =>
        FileOf(entry) is { } file ? _names.GetValueOrDefault(file.Path) : null;
}
