using Diffah.Engine.Deltas.Codecs.Content.Matching;

namespace Diffah.Engine.Deltas.Codecs.Content.Files;

/// <summary>
/// How the place of an operation's old bytes is told: a byte below <see cref="RecentAlignments.Count"/> is one of the
/// recent alignments. The numbers are those of the format.
/// </summary>
internal static class SeekKind
{
    /// <summary>The old bytes go on where those of the operation before ended.</summary>
    public const byte Continued = RecentAlignments.Count;

    /// <summary>The alignment is a number, less the alignment before.</summary>
    public const byte Jump = RecentAlignments.Count + 1;

    /// <summary>Where ends are told: the old bytes go on so near to where those before ended.</summary>
    public const int MostNear = 100;

    private const int NearCenter = 128;

    /// <summary>The kind of a distance that is near.</summary>
    public static byte Near(int distance) => (byte)(NearCenter + distance);

    /// <summary>The distance of a kind, where it is one of those that are near.</summary>
    public static bool IsNear(byte kind, out int distance)
    {
        distance = kind - NearCenter;
        return Math.Abs(distance) <= MostNear && distance != 0;
    }
}
