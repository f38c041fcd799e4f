namespace Diffah.Engine.Deltas.Codecs.Content.Structure;

/// <summary>The values that a part of a header had last, the most recent first.</summary>
/// <param name="length">How long a value is.</param>
/// <param name="capacity">How many are kept.</param>
internal sealed class RecentValues(int length, int capacity)
{
    private readonly byte[] _values = new byte[length * capacity];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>A value.</summary>
    /// <param name="index">Which, from 0, the most recent.</param>
    public ReadOnlySpan<byte> this[int index] => _values.AsSpan(index * length, length);

    /// <summary>Where a value is; −1 where it is not there.</summary>
    /// <param name="value">The value.</param>
    public int IndexOf(ReadOnlySpan<byte> value)
    {
        for (var i = 0; i < Count; i++)
        {
            if (this[i].SequenceEqual(value))
                return i;
        }
        return -1;
    }

    /// <summary>Makes a value the most recent; the oldest is forgotten where there is no room.</summary>
    /// <param name="value">The value.</param>
    public void Use(ReadOnlySpan<byte> value)
    {
        var index = IndexOf(value);
        if (index < 0)
        {
            Count = Math.Min(Count + 1, capacity);
            index = Count - 1;
        }
        Span<byte> kept = stackalloc byte[length];
        value.CopyTo(kept);
        _values.AsSpan(0, index * length).CopyTo(_values.AsSpan(length));
        kept.CopyTo(_values);
    }
}
