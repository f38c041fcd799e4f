using System.Buffers.Binary;

namespace Diffah.Samples;

/// <summary>
/// Numbers that look random and are the same on each run and each runtime (SplitMix64; Steele, Lea, Flood, 2014):
/// <see cref="Random"/> promises no such thing between versions of .NET.
/// </summary>
internal sealed class SampleRandom(ulong seed)
{
    private ulong _state = seed;

    public ulong NextUInt64()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number from 0 to below <paramref name="limit"/>; the slight bias does not matter here.</summary>
    public int Next(int limit) => (int)(NextUInt64() % (ulong)limit);

    public int Next(int from, int below) => from + Next(below - from);

    public void Fill(Span<byte> span)
    {
        for (; span.Length >= 8; span = span[8..])
            BinaryPrimitives.WriteUInt64LittleEndian(span, NextUInt64());
        for (var i = 0; i < span.Length; i++)
            span[i] = (byte)NextUInt64();
    }
}
