namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>
/// In which order the slots of an old offset table stand in the new one, as numbers. A linker orders slots by hashes of
/// names. What keeps its name keeps its order: most such slots have the number 0. A name in which something changed,
/// as in each part of a Rust program that was built anew, makes its slot go anywhere; what lies beside it in the code
/// is of the same part, and goes anywhere as well.
/// </summary>
internal sealed class SlotOrder
{
    /// <summary>Numbers below say a slot by those that are passed over, others by its rank.</summary>
    public const int FirstRank = 64;

    private const int Window = 128;
    private const int Nearness = 64;
    private const int Neighbours = 8;

    private readonly int[] _byTarget;
    private readonly int[] _placeByTarget;
    private readonly Fate[] _fates;
    private readonly bool[] _isUsed;
    private readonly RankTree _unused;
    private int _next;
    private int _jump = -1;

    /// <param name="targets">For each old slot where what it addresses goes.</param>
    public SlotOrder(long[] targets)
    {
        _byTarget = [.. Enumerable.Range(0, targets.Length).OrderBy(slot => targets[slot])];
        _placeByTarget = new int[targets.Length];
        for (var place = 0; place < _byTarget.Length; place++)
            _placeByTarget[_byTarget[place]] = place;
        _fates = new Fate[targets.Length];
        _isUsed = new bool[targets.Length];
        _unused = new(targets.Length);
    }

    /// <summary>What is known of an old slot.</summary>
    private enum Fate : sbyte
    {
        Moves = -1,
        Unknown = 0,
        Stays = 1,
    }

    /// <summary>The slot from which on the next is expected.</summary>
    public int Next => _next;

    public bool IsUsed(int slot) => _isUsed[slot];

    /// <summary>The old slot of a number; −1 where there is none.</summary>
    public int SlotOf(int number)
    {
        if (number >= FirstRank)
            return number - FirstRank < _unused.Count ? _unused.At(number - FirstRank) : -1;
        var (slot, passed) = (_next, 0);
        while (number >= 0 && NextLikely(ref slot))
        {
            if (passed++ == number)
                return slot;
            slot++;
        }
        return -1;
    }

    /// <summary>The number of an old slot that is not used.</summary>
    public int NumberOf(int wanted)
    {
        var slot = _next;
        for (var passed = 0; slot <= wanted && passed < FirstRank && NextLikely(ref slot); passed++, slot++)
        {
            if (slot == wanted)
                return passed;
        }
        return FirstRank + _unused.RankOf(wanted);
    }

    /// <summary>The next slot of the new table is this one of the old.</summary>
    public void Use(int slot)
    {
        if (slot >= _next && slot < _next + Window)
        {
            for (var passed = _next; passed < slot; passed++)
            {
                if (_fates[passed] == Fate.Unknown)
                    _fates[passed] = Fate.Moves;
            }
            GoOn(slot);
        }
        else if (_jump >= 0 && slot >= _jump && slot < _jump + Nearness)
            GoOn(slot);
        else
            (_fates[slot], _jump) = (Fate.Moves, slot + 1);
        _isUsed[slot] = true;
        _unused.Remove(slot);
    }

    private void GoOn(int slot) => (_fates[slot], _next, _jump) = (Fate.Stays, slot + 1, -1);

    /// <summary>Goes to the first slot, at or behind this one, that is likely to follow.</summary>
    private bool NextLikely(ref int slot)
    {
        var end = Math.Min(_fates.Length, _next + Window);
        while (slot < end && (_isUsed[slot] || IsLikelyToMove(slot)))
            slot++;
        return slot < end;
    }

    private bool IsLikelyToMove(int slot)
    {
        var place = _placeByTarget[slot];
        return (int)FateBeside(place, -1) + (int)FateBeside(place, 1) < 0;
    }

    private Fate FateBeside(int place, int step)
    {
        for (var count = 0; count < Neighbours; count++)
        {
            place += step;
            if ((uint)place >= (uint)_byTarget.Length)
                break;
            if (_fates[_byTarget[place]] is not Fate.Unknown and var fate)
                return fate;
        }
        return Fate.Unknown;
    }
}
