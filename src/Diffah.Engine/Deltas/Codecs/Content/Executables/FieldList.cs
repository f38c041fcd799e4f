namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>Fields of an old file that no rule over their place tells, in order: places and classes.</summary>
internal sealed class FieldList
{
    /// <summary>Fields beyond so many are not predicted.</summary>
    public const int Most = 1 << 22;

    private int[] _positions = new int[64];
    private byte[] _classes = new byte[64];
    private int _count;

    public ReadOnlySpan<int> Positions => _positions.AsSpan(0, _count);

    public ReadOnlySpan<byte> Classes => _classes.AsSpan(0, _count);

    /// <summary>Kept only where it is behind the one before.</summary>
    public void Add(int position, byte @class)
    {
        if (_count == Most || (_count > 0 && position <= _positions[_count - 1]))
            return;
        if (_count == _positions.Length)
        {
            Array.Resize(ref _positions, 2 * _count);
            Array.Resize(ref _classes, 2 * _count);
        }
        _positions[_count] = position;
        _classes[_count++] = @class;
    }

    /// <summary>The first field at or behind a place.</summary>
    public int IndexOf(int position)
    {
        var index = Array.BinarySearch(_positions, 0, _count, position);
        return index < 0 ? ~index : index;
    }
}
