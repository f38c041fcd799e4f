namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>
/// Where targets of the old file really went, as fields that are decoded already say. The table has one place for a
/// target; another target that falls on it takes it.
/// </summary>
internal sealed class LearnedTargets
{
    private const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;
    private const int LeastBits = 8;
    private const int MostBits = 18;

    private readonly long[] _old;
    private readonly long[] _new;
    private readonly int _shift;

    public LearnedTargets(int newLength)
    {
        var bits = LeastBits;
        while (bits < MostBits && 1 << (bits + 5) < newLength)
            bits++;
        _shift = 64 - bits;
        _old = new long[1 << bits];
        _new = new long[1 << bits];
        Array.Fill(_old, -1);
    }

    public bool TryGet(long old, out long target)
    {
        var slot = SlotOf(old);
        target = _new[slot];
        return _old[slot] == old;
    }

    /// <summary>The latest wins. What goes where the map says needs no place, unless another was said before.</summary>
    public void Learn(long old, long mapped, long target)
    {
        var slot = SlotOf(old);
        if (target == mapped && _old[slot] != old)
            return;
        _old[slot] = old;
        _new[slot] = target;
    }

    private int SlotOf(long old) => (int)((ulong)old * Multiplier >> _shift);
}
