using System.Collections.Immutable;

namespace Diffah.Engine.Deltas;

/// <summary>Files of a content that are told in the same way.</summary>
/// <param name="Files">How many there are.</param>
/// <param name="Size">Bytes that they have.</param>
/// <param name="Cost">Bytes of the patch that tell them.</param>
internal readonly record struct OriginAccount(long Files, long Size, long Cost)
{
    /// <summary>The account with one file more.</summary>
    /// <param name="size">Bytes that it has.</param>
    /// <param name="cost">Bytes of the patch that tell it.</param>
    public OriginAccount With(long size, long cost) => new(Files + 1, Size + size, Cost + cost);
}

/// <summary>A file of a content, and what it takes.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Origin">What it is told by.</param>
/// <param name="Size">Bytes that it has.</param>
/// <param name="Cost">Bytes of the patch that tell it.</param>
/// <param name="From">The path of the file that it is told by; null where that is the same, or where there is
/// none.</param>
internal sealed record FileAccount(string Path, FileOrigin Origin, long Size, long Cost, string? From);

/// <summary>What the patch of a content spends on its files. What is left of the patch tells no file's bytes.</summary>
/// <param name="Origins">All files, by <see cref="FileOrigin"/>.</param>
/// <param name="Files">Files that are not unchanged, in the content's order; not all where there are too many.</param>
internal sealed record ContentAccount(ImmutableArray<OriginAccount> Origins, ImmutableArray<FileAccount> Files)
{
    /// <summary>How many origins there are.</summary>
    public static int OriginCount { get; } = Enum.GetValues<FileOrigin>().Length;

    /// <summary>Bytes of the patch that tell files.</summary>
    public long Cost => Origins.Sum(o => o.Cost);
}
