namespace Diffah.Engine.Deltas.Codecs.Content.Nested;

/// <summary>What is opened. All of it is part of the format: both sides have to cut out the same.</summary>
internal static class NestedBounds
{
    /// <summary>How deep files are opened: an archive in an archive.</summary>
    public const int Depth = 2;

    /// <summary>The bytes of a file that is opened.</summary>
    public const int FileLength = 1 << 30;

    /// <summary>The bytes of a part.</summary>
    public const int PartLength = 64 * 1024 * 1024;

    /// <summary>The bytes of all parts of an archive, but for its skeleton.</summary>
    public const long AllParts = 1L << 30;

    /// <summary>The entries of an archive.</summary>
    public const int Entries = 65535;

    /// <summary>The most bytes that compressed bytes may inflate to. What is denser is short as it is.</summary>
    /// <param name="stored">The compressed bytes.</param>
    public static int Inflated(long stored) => (int)Math.Min(PartLength, 64 * stored + 1024);

    /// <summary>The most bytes of an old file that has to be read as a whole, to make a new one of it.</summary>
    /// <param name="length">The bytes of the new one.</param>
    public static long Old(long length) => 16 * length + 4096;

    /// <summary>The most bytes of a layout.</summary>
    /// <param name="length">The bytes of the file that is put together.</param>
    public static long Layout(long length) => length + 1024;
}

/// <summary>What all parts of a new file may have together, those of its parts included.</summary>
/// <param name="fileLength">The bytes of the file.</param>
internal sealed class PartBudget(long fileLength)
{
    private long _left = 128 * fileLength + 64 * 1024;

    /// <summary>Takes bytes; false where so many are not left.</summary>
    /// <param name="bytes">How many.</param>
    public bool TryTake(long bytes)
    {
        if (bytes > _left)
            return false;
        _left -= bytes;
        return true;
    }
}
