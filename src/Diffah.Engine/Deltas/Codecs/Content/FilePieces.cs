namespace Diffah.Engine.Deltas.Codecs.Content;

/// <summary>A part of data.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="Length">How many bytes it has.</param>
internal readonly record struct PieceRange(long Start, int Length);

/// <summary>
/// How long data are cut, so that what is coded at a time has a bound. It is part of the format: a new piece is told by
/// the old bytes around the same place.
/// </summary>
internal static class FilePieces
{
    /// <summary>The longest piece of new data.</summary>
    public const int Length = 1 << 28;

    private const int Around = Length / 4;

    /// <summary>The pieces of new data.</summary>
    /// <param name="length">How many bytes they have; more than 0.</param>
    public static IEnumerable<PieceRange> Of(long length)
    {
        for (var start = 0L; start < length; start += Length)
            yield return new PieceRange(start, (int)Math.Min(Length, length - start));
    }

    /// <summary>The old bytes that a piece is told by.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="oldLength">How many old bytes there are.</param>
    public static PieceRange OldOf(PieceRange piece, long oldLength)
    {
        var start = Math.Min(oldLength, Math.Max(0, piece.Start - Around));
        return new PieceRange(start, (int)Math.Min(oldLength - start, Length + 2L * Around));
    }
}
