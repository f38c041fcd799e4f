using System.Buffers;
using System.Numerics;

namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>
/// Large buffers of one kind and of about the size that is asked for, used again and again. The shared pool would round
/// up to powers of two, and keep for each thread what that thread gave back.
/// </summary>
internal sealed class BufferPool : ArrayPool<byte>
{
    private const int Grain = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly List<byte[]> _idle = [];
    private long _held;
    private int _usual;

    /// <summary>The most bytes that there were at a time.</summary>
    public long Peak { get; private set; }

    public override byte[] Rent(int minimumLength)
    {
        lock (_lock)
        {
            if (TakeIdle(minimumLength) is { } idle)
                return idle;
            // Lengths that are nearly the same are made the same, so that buffers fit again.
            var grain = Math.Max(Grain, (int)BitOperations.RoundUpToPowerOf2((uint)minimumLength) / 8);
            var length = (minimumLength + grain - 1) / grain * grain;
            if (_usual > length && _usual / 2 <= length)
                length = _usual;
            _usual = length;
            _held += length;
            Peak = Math.Max(Peak, _held);
            return GC.AllocateUninitializedArray<byte>(length);
        }
    }

    public override void Return(byte[] array, bool clearArray = false)
    {
        if (clearArray)
            array.AsSpan().Clear();
        lock (_lock)
            _idle.Add(array);
    }

    /// <summary>One that is long enough, and not much longer. Where there is none, one that does not fit makes room for
    /// another.</summary>
    private byte[]? TakeIdle(int length)
    {
        if (_idle.Count == 0)
            return null;
        var best = _idle.Where(b => b.Length >= length && b.Length / 2 <= length).MinBy(b => b.Length);
        var taken = best ?? _idle.MinBy(b => b.Length)!;
        _idle.Remove(taken);
        if (best is null)
            _held -= taken.Length;
        return best;
    }
}
