namespace Diffah.Engine.Images.Comparison.Entries;

/// <summary>Bounds what is kept in memory of the entries that are compared at once.</summary>
internal sealed class EntryBudget
{
    /// <summary>The most entries; images have tens of thousands.</summary>
    public const int MaximumEntries = 2_000_000;

    /// <summary>The most characters of their names and other texts.</summary>
    public const long MaximumCharacters = 128L * 1024 * 1024;

    /// <summary>
    /// The most bytes of holes that are read as the zeros they are; the holes of further sparse files are told by their
    /// maps.
    /// </summary>
    public const long MaximumHoles = 16L * 1024 * 1024 * 1024;

    private int _entries;
    private long _characters;
    private long _holes;

    /// <summary>Counts an entry.</summary>
    /// <param name="characters">Characters of its texts.</param>
    /// <exception cref="InvalidDataException">It is too many.</exception>
    public void Take(long characters)
    {
        if (++_entries > MaximumEntries)
            throw new InvalidDataException($"it has more than {MaximumEntries} entries");
        if ((_characters += characters) > MaximumCharacters)
            throw new InvalidDataException(
                $"the names of its entries take more than {MaximumCharacters >> 20} million characters");
    }

    /// <summary>Counts holes; false where they are too many to be read.</summary>
    /// <param name="bytes">Their bytes.</param>
    public bool TryTakeHoles(long bytes)
    {
        if (bytes > MaximumHoles - _holes)
            return false;
        _holes += bytes;
        return true;
    }
}
