using Diffah.Engine.Compression;
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
        var fields = new OldFields(old, layout.Ranges, layout.OldSegments, layout.ReadsInstructions);
        var ops = MatchBare(old, @new, layout, fields, settings, cancellationToken);
        using var target = layout.CopyWithoutDerived(@new);
        for (var pass = 2; pass <= passes; pass++)
        {
            using var projected = Project(old, @new, layout, fields, ops);
            ops = BinaryMatcher.Match(
                projected.Span, target is null ? @new : target.Span, settings, cancellationToken);
        }
        return ops;
    }

    /// <summary>Bytes of memory that the copies of two files take.</summary>
    public static long MemoryOf(int oldLength, int newLength) => (long)oldLength + newLength;

    private static List<PatchOp> MatchBare(
        ReadOnlySpan<byte> old, ReadOnlySpan<byte> @new, ExecutableLayout layout, OldFields fields,
        MatchSettings settings, CancellationToken cancellationToken)
    {
        using var bareOld = new ScratchMemory<byte>(old);
        using var bareNew = new ScratchMemory<byte>(@new);
        fields.ZeroCode(bareOld.Span);
        layout.ZeroDerivedOld(bareOld.Span);
        if (ElfFile.TryRead(@new) is { } file)
            new OldFields(@new, ElfRanges.Of(file, @new), file.Segments, layout.ReadsInstructions)
                .ZeroCode(bareNew.Span);
        layout.ZeroDerivedNew(bareNew.Span);
        return BinaryMatcher.Match(bareOld.Span, bareNew.Span, settings, cancellationToken);
    }

    /// <summary>The old file with its fields as operations say that they become.</summary>
    private static ScratchMemory<byte> Project(
        ReadOnlySpan<byte> old, ReadOnlySpan<byte> @new, ExecutableLayout layout, OldFields fields,
        List<PatchOp> ops)
    {
        var made = new ScratchMemory<byte>(old.Length);
        var projected = made.Span;
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
                old.Slice(position, length).CopyTo(projected[position..]);
                position = end;
                continue;
            }
            length = FieldProjector.BlockLength(target, Math.Min(length, @new.Length - target));
            projector.Predict(old, target, position, projected.Slice(position, length), marks);
            position += length;
        }
        return made;
    }
}
