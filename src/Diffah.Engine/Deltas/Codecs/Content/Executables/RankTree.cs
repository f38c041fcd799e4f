using System.Numerics;

namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>A set of small numbers, at first all of them, that knows how many of it are less than one.</summary>
internal sealed class RankTree
{
    private readonly int[] _sums;
    private readonly int _size;

    public RankTree(int size)
    {
        (_size, Count) = (size, size);
        _sums = new int[size + 1];
        for (var index = 1; index <= size; index++)
            _sums[index] = index & -index;
    }

    /// <summary>How many are in the set.</summary>
    public int Count { get; private set; }

    /// <summary>Takes one out that is in the set.</summary>
    public void Remove(int value)
    {
        Count--;
        for (var index = value + 1; index <= _size; index += index & -index)
            _sums[index]--;
    }

    /// <summary>How many in the set are less.</summary>
    public int RankOf(int value)
    {
        var rank = 0;
        for (var index = value; index > 0; index &= index - 1)
            rank += _sums[index];
        return rank;
    }

    /// <summary>The one of which so many in the set are less.</summary>
    public int At(int rank)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)rank, (uint)Count);
        var value = 0;
        for (var step = (int)BitOperations.RoundUpToPowerOf2((uint)_size + 1) >> 1; step > 0; step >>= 1)
        {
            if (value + step > _size || _sums[value + step] > rank)
                continue;
            value += step;
            rank -= _sums[value];
        }
        return value;
    }
}
