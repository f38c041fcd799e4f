namespace Diffah.Engine.Deltas.Codecs.Content.Matching;

/// <summary>
/// Describes a new file by an old one where both are text. Little of text is new, and new text is cheap, so that a far
/// copy of a common phrase costs more than it spares: what is near, or was used a moment ago, is looked at first.
/// </summary>
internal static class TextMatcher
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
        using var longIndex = new KeyIndex(old, settings.LongKey, settings.LongStride, cancellationToken);
        var ops = new MatchWalk(old, @new, settings, index, longIndex).Run(cancellationToken, out steps);
        return OldWindow.Move(ops, start);
    }

    /// <summary>Bytes of memory that the indexes of an old file take.</summary>
    public static long MemoryOf(int oldLength, MatchSettings settings) =>
        KeyIndex.MemoryOf(oldLength, settings.Key, settings.Stride)
        + KeyIndex.MemoryOf(oldLength, settings.LongKey, settings.LongStride);
}
