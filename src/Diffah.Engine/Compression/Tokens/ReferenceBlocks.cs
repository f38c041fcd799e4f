namespace Diffah.Engine.Compression.Tokens;

/// <summary>Where in a reference the content has which bytes, block by block of a fixed length.</summary>
internal sealed class ReferenceBlocks
{
    private const ulong Multiplier = 0x9E3779B97F4A7C15;
    private const ulong Spread = 0xD6E8FEB86659FD93;
    private const int Probes = 6;
    private const int LongContent = 64 << 20;

    private readonly int[] _places;
    private readonly uint[] _checks;
    private readonly int _shift;
    private readonly ulong _leaving;

    /// <param name="content">The reference's content, read from its start to its end.</param>
    public ReferenceBlocks(Stream content)
    {
        var length = content.Length;
        Length = length > LongContent ? 64 : 32;
        var log = 10;
        while (1L << log < length / Length)
            log++;
        _shift = 64 - log;
        (_places, _checks) = (new int[1 << log], new uint[1 << log]);
        _leaving = 1;
        for (var index = 0; index < Length; index++)
            _leaving = unchecked(_leaving * Multiplier);
        Read(content);
    }

    /// <summary>Bytes of a block.</summary>
    public int Length { get; }

    /// <summary>The sum of a block's bytes.</summary>
    public static ulong Sum(ReadOnlySpan<byte> block)
    {
        var sum = 0UL;
        foreach (var value in block)
            sum = unchecked((sum * Multiplier) + value + 1);
        return sum;
    }

    /// <summary>The sum of the block that begins one byte further on.</summary>
    public ulong Roll(ulong sum, byte leaves, byte enters) =>
        unchecked((sum * Multiplier) + enters + 1 - ((leaves + 1UL) * _leaving));

    /// <summary>Where a block with such a sum begins; -1 for nowhere.</summary>
    public int Find(ulong sum)
    {
        var mixed = unchecked(sum * Spread);
        var slot = (int)(mixed >> _shift);
        for (var probe = 0; probe < Probes; probe++, slot = (slot + 1) & (_places.Length - 1))
        {
            if (_places[slot] == 0)
                return -1;
            if (_checks[slot] == (uint)mixed)
                return (_places[slot] - 1) * Length;
        }
        return -1;
    }

    private void Read(Stream content)
    {
        var buffer = new byte[64 * 1024];
        for (var block = 1; ;)
        {
            var read = content.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            for (var at = 0; at + Length <= read; at += Length)
                Add(Sum(buffer.AsSpan(at, Length)), block++);
            if (read < buffer.Length)
                return;
        }
    }

    // The first place of equal blocks stays.
    private void Add(ulong sum, int place)
    {
        var mixed = unchecked(sum * Spread);
        var slot = (int)(mixed >> _shift);
        for (var probe = 0; probe < Probes; probe++, slot = (slot + 1) & (_places.Length - 1))
        {
            if (_places[slot] == 0)
            {
                (_places[slot], _checks[slot]) = (place, (uint)mixed);
                return;
            }
            if (_checks[slot] == (uint)mixed)
                return;
        }
    }
}
