using Diffah.Engine.Compression.Gzip.Segments;

namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>What one worker makes at a time.</summary>
/// <param name="Part">The part, or that it belongs to.</param>
/// <param name="From">Where it begins. Within a part of segments only the bit's place in its byte is right.</param>
/// <param name="ContentEnd">Where in the content it ends.</param>
/// <param name="BitEnd">Where in the stream it ends, if that is known.</param>
/// <param name="IsLast">The stream ends with it.</param>
internal sealed record RebuildUnit(RecipePart Part, Checkpoint From, long ContentEnd, long? BitEnd, bool IsLast)
{
    // Segments that are shorter than this are made together.
    private const int LeastLength = 1024 * 1024;

    // All of a unit's content is in memory. Some encoders make blocks of 8 MiB where all is the same.
    private const int LongestUnit = 12 * 1024 * 1024;

    /// <summary>The parts of a recipe as they are.</summary>
    public static IEnumerable<RebuildUnit> OfParts(DeflateRecipe recipe) => recipe.Parts.Select(
        (part, index) => new RebuildUnit(
            part, part.Start, part.ContentEnd, part.BitEnd, index == recipe.Parts.Count - 1));

    /// <summary>The parts of a recipe, cut where that can be.</summary>
    public static IEnumerable<RebuildUnit> OfPieces(DeflateRecipe recipe) => OfParts(recipe).SelectMany(Cut);

    /// <summary>There is more than one piece, and none is so long that it should not be in memory.</summary>
    public static bool HasShortPieces(DeflateRecipe recipe) =>
        OfPieces(recipe).Skip(1).Any() && OfParts(recipe).All(IsShort);

    private static bool IsShort(RebuildUnit unit) => IsCutBySegments(unit.Part)
        || Cut(unit).All(piece => piece.ContentEnd - piece.From.Content <= LongestUnit);

    private static IEnumerable<RebuildUnit> Cut(RebuildUnit unit) => IsCutBySegments(unit.Part)
        ? CutSegments(unit)
        : CutAtCheckpoints(unit);

    // Segments that begin with a byte can be made without knowing where.
    private static bool IsCutBySegments(RecipePart part) => part.IsWhole && (part.Bit & 7) == 0
        && SegmentEncoders.Shape(part.Profile) is { EndsWithByte: true };

    private static IEnumerable<RebuildUnit> CutSegments(RebuildUnit unit)
    {
        var length = Math.Max(LeastLength, SegmentEncoders.Shape(unit.Part.Profile).SegmentLength);
        for (var start = unit.From.Content; ; start += length)
        {
            var from = Checkpoint.At(start, start == unit.From.Content ? unit.From.Bit : 0);
            if (unit.ContentEnd - start <= length)
            {
                yield return unit with { From = from };
                yield break;
            }
            yield return unit with { From = from, ContentEnd = start + length, BitEnd = null, IsLast = false };
        }
    }

    private static IEnumerable<RebuildUnit> CutAtCheckpoints(RebuildUnit unit)
    {
        var from = unit.From;
        foreach (var checkpoint in unit.Part.Checkpoints)
        {
            yield return unit with
            {
                From = from,
                ContentEnd = checkpoint.Content,
                BitEnd = checkpoint.Bit,
                IsLast = false,
            };
            from = checkpoint;
        }
        yield return unit with { From = from };
    }
}
