using System.Runtime.CompilerServices;

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

/// <summary>
/// The alignments of a file's last operations, the most recent first. An alignment is the place of an old byte less
/// that of the new byte that is predicted from it.
/// </summary>
internal struct RecentAlignments
{
    /// <summary>How many are kept.</summary>
    public const int Count = 8;

    private Slots _slots;

    public readonly int this[int index] => _slots[index];

    /// <summary>The place of an alignment; -1 where it is not among them.</summary>
    public readonly int IndexOf(int alignment)
    {
        for (var index = 0; index < Count; index++)
        {
            if (_slots[index] == alignment)
                return index;
        }
        return -1;
    }

    /// <summary>Moves an alignment to the front; the last one goes where it was not there.</summary>
    /// <param name="index">Its place; -1 where it is new.</param>
    /// <param name="alignment">The alignment.</param>
    public void MoveToFront(int index, int alignment)
    {
        for (var at = index < 0 ? Count - 1 : index; at > 0; at--)
            _slots[at] = _slots[at - 1];
        _slots[0] = alignment;
    }

    [InlineArray(Count)]
    private struct Slots
    {
        private int _first;
    }
}

