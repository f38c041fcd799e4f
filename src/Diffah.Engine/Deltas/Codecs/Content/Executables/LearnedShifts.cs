namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>
/// By how much addresses without bytes in the file moved, for neighbourhoods of three sizes. The smallest one that was
/// learned is asked, and the latest that was learned there counts.
/// </summary>
internal sealed class LearnedShifts
{
    private const int Bits = 12;

    private static readonly int[] _sizes = [5, 9, 14];

    private readonly long[][] _owners = [.. _sizes.Select(_ => Enumerable.Repeat(-1L, 1 << Bits).ToArray())];
    private readonly long[][] _shifts = [.. _sizes.Select(_ => new long[1 << Bits])];

    public void Learn(long address, long shift)
    {
        for (var size = 0; size < _sizes.Length; size++)
        {
            var owner = address >> _sizes[size];
            _owners[size][owner & ((1 << Bits) - 1)] = owner;
            _shifts[size][owner & ((1 << Bits) - 1)] = shift;
        }
    }

    public bool TryGet(long address, out long shift)
    {
        for (var size = 0; size < _sizes.Length; size++)
        {
            var owner = address >> _sizes[size];
            shift = _shifts[size][owner & ((1 << Bits) - 1)];
            if (_owners[size][owner & ((1 << Bits) - 1)] == owner)
                return true;
        }
        shift = 0;
        return false;
    }
}
