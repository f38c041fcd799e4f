namespace Diffah.Engine.Deltas.Archive.Accounts;

/// <summary>What the document of accounts has in common for who writes and who reads it.</summary>
internal static class AccountFormat
{
    /// <summary>The most files that are listed, of all contents together.</summary>
    public const int MaximumFiles = 1 << 18;

    /// <summary>The most bytes of a line.</summary>
    public const int MaximumLine = 64 * 1024;

    /// <summary>The most bytes of all lines that list files, where the document is written.</summary>
    public const int MostListed = 32 * 1024 * 1024;

    /// <summary>A file that takes less than this would take more to be listed than to be told.</summary>
    public const int LeastCost = 16;

    /// <summary>The most bytes of lines that list files of less than <see cref="LeastCost"/>.</summary>
    public const int MostCheap = 8 * 1024;

    /// <summary>The most bytes of the document that are read.</summary>
    public const int MaximumSize = 2 * MostListed;

    /// <summary>The window of its zstd frame, log2 bytes.</summary>
    public const int WindowLog = 23;

    private static readonly string[] Words =
        [.. Enum.GetNames<FileOrigin>().Select(n => n.ToLowerInvariant())];

    /// <summary>The word of an origin.</summary>
    public static string WordOf(FileOrigin origin) => Words[(int)origin];

    /// <summary>The origin of a word; null for an unknown one.</summary>
    public static FileOrigin? OriginOf(string? word) =>
        Array.IndexOf(Words, word) is >= 0 and var index ? (FileOrigin)index : null;
}
