namespace Diffah.Tests.Support.SecondReader;

/// <summary>Where places and addresses go (executables.md, "Where things go": places, addresses).</summary>
internal sealed class PlaceMap
{
    private readonly long?[] _shifts;
    private readonly ExecutableLayout _layout;

    public PlaceMap(ExecutableLayout layout, int oldLength, List<Operation> operations)
    {
        _layout = layout;
        _shifts = new long?[oldLength];
        var copies = new List<(int Old, int Length, long Shift)>();
        var at = 0;
        foreach (var operation in operations)
        {
            if (operation.Add > 0)
                copies.Add((operation.Old, operation.Add, at - (long)operation.Old));
            at += operation.Add + operation.Insert;
        }
        // The longest wins, of equal ones the first: it is written last.
        foreach (var copy in copies.AsEnumerable().Reverse().OrderBy(c => c.Length))
            _shifts.AsSpan(copy.Old, copy.Length).Fill(copy.Shift);
        FillGaps();
    }

    /// <summary>mapoff.</summary>
    public long? Place(long place) =>
        place >= 0 && place < _shifts.Length && _shifts[place] is { } shift && place + shift >= 0
            ? place + shift
            : null;

    /// <summary>map.</summary>
    public ulong? Address(ulong address)
    {
        var index = Array.FindIndex(_layout.Old, s => s.HasAddress(address));
        if (index < 0)
            return null;
        var old = _layout.Old[index];
        var distance = (long)(address - (ulong)old.Address);
        if (distance < old.Length)
            return Place(old.Offset + distance) is { } place ? NewAddress(place) : null;
        if (index >= _layout.New.Length)
            return null;
        var made = _layout.New[index];
        var toEnd = old.Memory - distance;
        return toEnd <= made.Memory ? (ulong)(made.Address + made.Memory - toEnd) : null;
    }

    /// <summary>In the image.</summary>
    public bool IsInImage(ulong address) => _layout.Old.Any(s => s.HasAddress(address));

    /// <summary>An address of the old image that has a byte in the file; nothing for others.</summary>
    public long? OldPlace(ulong address)
    {
        foreach (var segment in _layout.Old.Where(s => s.HasAddress(address)))
        {
            var distance = (long)(address - (ulong)segment.Address);
            return distance < segment.Length ? segment.Offset + distance : null;
        }
        return null;
    }

    /// <summary>The new segment that has a place in the file gives its address.</summary>
    public ulong? NewAddress(long place)
    {
        foreach (var segment in _layout.New.Where(s => s.HasPlace(place)))
            return (ulong)(segment.Address + place - segment.Offset);
        return null;
    }

    public int NewSegment(ulong address) => Array.FindIndex(_layout.New, s => s.HasAddress(address));

    // A place that nothing covers moves as the nearest covered one; of two equally near, the one before.
    private void FillGaps()
    {
        var covered = Enumerable.Range(0, _shifts.Length).Where(i => _shifts[i] is not null).ToArray();
        if (covered.Length == 0)
            return;
        for (var (i, next) = (0, 0); i < _shifts.Length; i++)
        {
            while (next < covered.Length && covered[next] < i)
                next++;
            if (next < covered.Length && covered[next] == i)
                continue;
            var before = next > 0 ? covered[next - 1] : -1;
            var after = next < covered.Length ? covered[next] : -1;
            var isBefore = after < 0 || (before >= 0 && i - before <= after - i);
            _shifts[i] = _shifts[isBefore ? before : after];
        }
    }
}
