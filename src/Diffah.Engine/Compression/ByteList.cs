namespace Diffah.Engine.Compression;

/// <summary>Bytes that are written one after the other.</summary>
internal sealed class ByteList
{
    private byte[] _bytes = [];

    public int Count { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Count);

    public void Add(byte value)
    {
        Grow(1);
        _bytes[Count++] = value;
    }

    public void Add(ReadOnlySpan<byte> values)
    {
        Grow(values.Length);
        values.CopyTo(_bytes.AsSpan(Count));
        Count += values.Length;
    }

    /// <summary>Seven bits a byte, the least significant first; the eighth says that more follow.</summary>
    public void AddNumber(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            Add((byte)(value | 0x80));
        Add((byte)value);
    }

    private void Grow(int by)
    {
        if (_bytes.Length - Count < by)
            Array.Resize(ref _bytes, Math.Max(Count + by, Math.Max(64, 2 * _bytes.Length)));
    }
}
