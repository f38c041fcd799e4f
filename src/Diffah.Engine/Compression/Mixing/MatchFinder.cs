namespace Diffah.Engine.Compression.Mixing;

/// <summary>Finds where the last bytes stood before: the byte that followed there is likely to follow again.</summary>
/// <param name="length">How many bytes have to be equal; at most 8.</param>
/// <param name="slotsLog">How many places are kept, log2.</param>
internal sealed class MatchFinder(int length, int slotsLog)
{
    public const int MostLength = 32;

    // Made when the first place is kept: many classes keep none.
    private int[] _places = [];

    // What a place is kept as is above this; what was kept before the last Clear is not.
    private int _cleared;
    private int _most;

    /// <summary>Where the byte that is expected stands; -1 for nowhere.</summary>
    public int Place { get; private set; } = -1;

    /// <summary>How many bytes are known to be equal before it.</summary>
    public int Length { get; private set; }

    /// <summary>Forgets all places.</summary>
    public void Clear()
    {
        // Where there are many short files, to clear all would take longer than all else.
        _cleared = _most;
        if (_cleared > int.MaxValue / 2)
        {
            Array.Clear(_places);
            (_cleared, _most) = (0, 0);
        }
        Leave();
    }

    /// <summary>Forgets the match.</summary>
    public void Leave() => (Place, Length) = (-1, 0);

    /// <summary>Remembers a place.</summary>
    /// <param name="last">The last bytes before it, the last in the lowest bits.</param>
    /// <param name="place">It.</param>
    public void Add(ulong last, int place)
    {
        var kept = _cleared + place + 1;
        _most = Math.Max(_most, kept);
        if (_places.Length == 0)
            _places = new int[1 << slotsLog];
        _places[Slot(last)] = kept;
    }

    /// <summary>Looks for a match where there is none.</summary>
    /// <param name="bytes">What places are in.</param>
    /// <param name="last">The last bytes.</param>
    public void Find(ReadOnlySpan<byte> bytes, ulong last)
    {
        if (Place >= 0 || _places.Length == 0)
            return;
        var place = _places[Slot(last)] - _cleared - 1;
        if (place < 0 || place >= bytes.Length)
            return;
        var equal = 0;
        while (equal < 8 && equal < place && bytes[place - 1 - equal] == (byte)(last >> (8 * equal)))
            equal++;
        if (equal >= Math.Min(length, 6))
            (Place, Length) = (place, equal);
    }

    /// <summary>Goes on by a byte.</summary>
    /// <param name="bytes">What places are in.</param>
    /// <param name="next">The byte that followed.</param>
    public void Advance(ReadOnlySpan<byte> bytes, byte next)
    {
        if (Place < 0)
            return;
        if (bytes[Place] != next || ++Place >= bytes.Length)
            Leave();
        else
            Length = Math.Min(Length + 1, MostLength);
    }

    private int Slot(ulong last)
    {
        var key = length >= sizeof(ulong) ? last : last & ((1UL << (8 * length)) - 1);
        return (int)((key * 0x9E3779B97F4A7C15) >> (64 - slotsLog));
    }
}
