using Diffah.Engine.Deltas.Codecs.Content.Matching;

namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>
/// Describes a new executable by an old one. The first pass sees no addresses in code; each further pass compares with
/// the old file as the pass before says that it becomes.
/// </summary>
internal static class ExecutableMatcher
{
    /// <summary>A third pass spares about one percent of what is left, and takes a third more time.</summary>
    public const int UsualPasses = 2;

    public static List<PatchOp> Match(
        ReadOnlySpan<byte> old, ReadOnlySpan<byte> @new, ExecutableLayout layout, MatchSettings settings,
        CancellationToken cancellationToken, int passes = UsualPasses)
    {
        var fields = new OldFields(old, layout.Ranges, layout.OldSegments);
        var target = @new.ToArray();
        layout.ZeroDerivedNew(target);
        var ops = MatchBare(old, @new, layout, fields, settings, cancellationToken);
        for (var pass = 2; pass <= passes; pass++)
        {
            var projected = Project(old, @new, layout, fields, ops);
            ops = BinaryMatcher.Match(projected, target, settings, cancellationToken);
        }
        return ops;
    }

    private static List<PatchOp> MatchBare(
        ReadOnlySpan<byte> old, ReadOnlySpan<byte> @new, ExecutableLayout layout, OldFields fields,
        MatchSettings settings, CancellationToken cancellationToken)
    {
        var (bareOld, bareNew) = (old.ToArray(), @new.ToArray());
        fields.ZeroCode(bareOld);
        layout.ZeroDerivedOld(bareOld);
        if (ElfFile.TryRead(@new) is { } file)
            new OldFields(@new, ElfRanges.Of(file, @new), file.Segments).ZeroCode(bareNew);
        layout.ZeroDerivedNew(bareNew);
        return BinaryMatcher.Match(bareOld, bareNew, settings, cancellationToken);
    }

    /// <summary>The old file with its fields as operations say that they become.</summary>
    private static byte[] Project(
        ReadOnlySpan<byte> old, ReadOnlySpan<byte> @new, ExecutableLayout layout, OldFields fields,
        List<PatchOp> ops)
    {
        var projected = new byte[old.Length];
        var projector = new FieldProjector(layout, old, @new.Length, ops, fields);
        projector.LearnRelocations(@new);
        Span<byte> marks = stackalloc byte[FieldProjector.WindowLength];
        for (var position = 0; position < old.Length;)
        {
            var (shift, end) = projector.Intervals.PieceAt(position);
            var target = position + shift;
            var length = end - position;
            if (target < 0 || target >= @new.Length)
            {
                old.Slice(position, length).CopyTo(projected.AsSpan(position));
                position = end;
                continue;
            }
            length = FieldProjector.BlockLength(target, Math.Min(length, @new.Length - target));
            projector.Predict(old, target, position, projected.AsSpan(position, length), marks);
            position += length;
        }
        return projected;
    }
}
