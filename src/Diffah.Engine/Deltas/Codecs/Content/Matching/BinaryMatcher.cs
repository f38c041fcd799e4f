namespace Diffah.Engine.Deltas.Codecs.Content.Matching;

/// <summary>Describes a new file by an old one, for data of any kind.</summary>
internal static class BinaryMatcher
{
    public static List<PatchOp> Match(ReadOnlySpan<byte> old, ReadOnlySpan<byte> @new, MatchSettings settings,
        CancellationToken cancellationToken) => Match(old, @new, settings, cancellationToken, out _);

    /// <summary>As above; says how much was looked at, too.</summary>
    public static List<PatchOp> Match(ReadOnlySpan<byte> old, ReadOnlySpan<byte> @new, MatchSettings settings,
        CancellationToken cancellationToken, out long steps)
    {
        var (start, length) = OldWindow.Of(old, @new, cancellationToken);
        old = old.Slice(start, length);
        using var index = new KeyIndex(old, settings.Key, settings.Stride, cancellationToken);
        var ops = new MatchWalk(old, @new, settings, index, null).Run(cancellationToken, out steps);
        return OldWindow.Move(ops, start);
    }

    /// <summary>Bytes of memory that the index of an old file takes.</summary>
    public static long MemoryOf(int oldLength, MatchSettings settings) =>
        KeyIndex.MemoryOf(oldLength, settings.Key, settings.Stride);
}
