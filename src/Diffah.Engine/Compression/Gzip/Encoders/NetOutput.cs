namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>
/// The buffer that .NET has zlib-ng write into. Once it is full the encoder stops, and begins again without what it
/// found for the next place.
/// </summary>
internal struct NetOutput
{
    private const int Size = 8192;
    private const int Header = 10;

    private long _written;
    private int _room;

    /// <summary>Begins a stream; its header goes into the first buffer.</summary>
    /// <param name="startBit">The bit that its first block begins at.</param>
    public void Begin(long startBit) => (_written, _room) = (startBit >> 3, Size - Header);

    /// <summary>The encoder takes what is written next, with an empty buffer.</summary>
    public void Renew() => _room = Size;

    /// <summary>A block comes out.</summary>
    /// <param name="endBit">The bit behind it.</param>
    /// <returns>True where the buffer was filled.</returns>
    public bool Add(long endBit)
    {
        var bytes = (endBit >> 3) - _written;
        _written = endBit >> 3;
        if (bytes < _room)
        {
            _room -= (int)bytes;
            return false;
        }
        _room = Size - (int)((bytes - _room) % Size);
        return true;
    }
}
