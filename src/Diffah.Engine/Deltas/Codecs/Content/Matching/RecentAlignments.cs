using System.Runtime.CompilerServices;

namespace Diffah.Engine.Deltas.Codecs.Content.Matching;

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

    /// <summary>Moves an alignment to the front, be it there or not.</summary>
    /// <param name="alignment">The alignment.</param>
    public void Use(int alignment) => MoveToFront(IndexOf(alignment), alignment);

    [InlineArray(Count)]
    private struct Slots
    {
        private int _first;
    }
}
