namespace Diffah.Engine.Deltas.Codecs.Content.Matching;

/// <summary>Describes a new file by an old one, for data of any kind.</summary>
internal static class BinaryMatcher
{
    public static List<PatchOp> Match(ReadOnlySpan<byte> old, ReadOnlySpan<byte> @new, MatchSettings settings,
        CancellationToken cancellationToken) => Match(old, @new, settings, cancellationToken, out _);

    public static List<PatchOp> Match(ReadOnlySpan<byte> old, ReadOnlySpan<byte> @new, MatchSettings settings,
        CancellationToken cancellationToken, out long steps)
    {
        using var index = new KeyIndex(old, settings.Key, settings.Stride, cancellationToken);
        using var longIndex = settings.LongKey > 0
            ? new KeyIndex(old, settings.LongKey, settings.LongStride, cancellationToken)
            : null;
        var walk = new MatchWalk(old, @new, settings, index, longIndex, cancellationToken);
        var ops = walk.Run();
        steps = walk.Steps;
        return ops;
    }
}
