using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;

namespace Diffah.Engine.Compression.Gzip.Segments;

/// <summary>What stretches of the window cost as literals, in a code made for them. Level 9 needs it.</summary>
internal sealed class LiteralCosts(KlauspostRelease release)
{
    private const int MaxCounted = 1 << 15;

    private readonly GoCodeLengths _codeLengths = new();
    private readonly byte[] _lengths = new byte[256];
    private readonly int[] _counts = new int[256];
    private readonly int[] _before = new int[LazyWindow.Size + 1];

    public void Measure(ReadOnlySpan<byte> content, int start)
    {
        var counted = content[start..];
        if (release >= KlauspostRelease.V1_18_2)
            counted = counted[..Math.Min(counted.Length, MaxCounted)];
        _counts.AsSpan().Clear();
        ByteHistogram.Count(counted, _counts);
        // The counters have 16 bits: 65536 times the same byte count as none.
        foreach (ref var count in _counts.AsSpan())
            count = (ushort)count;
        _codeLengths.Make(_counts, DeflateAlphabet.MaximumBits, _lengths);
        // Bytes that were not counted have no code.
        var least = release >= KlauspostRelease.Go1_27 ? 1 : 0;
        var total = 0;
        for (var i = start; i < content.Length; i++)
        {
            _before[i] = total;
            total += Math.Max(least, _lengths[content[i]]);
        }
        _before[content.Length] = total;
    }

    public int Of(int position, int length) => _before[position + length] - _before[position];
}
