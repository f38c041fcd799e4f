using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Diffah.Engine.Compression;

namespace Diffah.Engine.Deltas.Codecs.Content.Matching;

/// <summary>
/// Where the keys of an old file stand: the places of one bucket lie side by side, in the order of the file, so that
/// the nearest to a place is found. Each carries some bits of its hash, which spares most looks into the file.
/// </summary>
internal sealed class KeyIndex : IDisposable
{
    /// <summary>So many places at most: 128 MiB, and buckets of 64 MiB.</summary>
    private const int MostEntries = 1 << (32 - TagBits);
    private const int MostBucketBits = 24;
    private const int LeastBucketBits = 8;
    private const int TagBits = 7;
    private const uint TagMask = (1u << TagBits) - 1;
    private const int PlacesBetweenChecks = 1 << 20;

    private readonly ScratchMemory<uint> _buckets;
    private readonly ScratchMemory<uint> _entries;
    private readonly int _keyLength;
    private readonly int _stride;
    private readonly int _shift;

    public KeyIndex(ReadOnlySpan<byte> old, int keyLength, int stride, CancellationToken cancellationToken)
    {
        _keyLength = keyLength;
        (_stride, var entries, var bits) = Plan(old.Length, keyLength, stride);
        _shift = 64 - bits - TagBits;
        _buckets = new ScratchMemory<uint>((1 << bits) + 1);
        _entries = new ScratchMemory<uint>(entries);
        try
        {
            var buckets = _buckets.Span;
            buckets.Clear();
            Count(old, entries, buckets, cancellationToken);
            Fill(old, entries, buckets, cancellationToken);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Bytes of memory that an index takes.</summary>
    /// <param name="oldLength">Bytes of the old file.</param>
    /// <param name="keyLength">Bytes of a key.</param>
    /// <param name="stride">Each so-manieth place is indexed.</param>
    public static long MemoryOf(int oldLength, int keyLength, int stride)
    {
        var (_, entries, bits) = Plan(oldLength, keyLength, stride);
        return (entries + (1L << bits)) * sizeof(uint);
    }

    /// <summary>The places in a bucket, and which of its bits a place of this key has.</summary>
    public ReadOnlySpan<uint> Bucket(ulong hash, out uint tag)
    {
        tag = (uint)(hash >> _shift) & TagMask;
        ref var bucket = ref Unsafe.Add(ref _buckets.First, (nint)(hash >> (_shift + TagBits)));
        var start = bucket;
        return MemoryMarshal.CreateReadOnlySpan(
            ref Unsafe.Add(ref _entries.First, (nint)start), (int)(Unsafe.Add(ref bucket, 1) - start));
    }

    /// <summary>Where an entry points to, if its bits are those of the key; or else a negative number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Place(uint entry, uint tag) =>
        (entry & TagMask) == tag ? (int)(entry >> TagBits) * _stride : -1;

    /// <summary>Which entry of a bucket is the first at or behind a place.</summary>
    public int FirstFrom(ReadOnlySpan<uint> bucket, int place)
    {
        var wanted = place <= 0 ? 0 : (uint)(place / _stride) << TagBits;
        var (low, high) = (0, bucket.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (bucket[middle] < wanted)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    /// <summary>
    /// The hash of the key at a place, which has at least eight bytes and as many as the key; zero where all bytes are
    /// one: long runs would fill one bucket, and what stands beside a run finds it too.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Hash(ref byte at)
    {
        const ulong factor = 0x9E37_79B9_7F4A_7C15;
        var word = Read(ref at);
        if (_keyLength > sizeof(ulong))
            return LongHash(word, ref at);
        if (word == BitOperations.RotateLeft(word, 8))
            return 0;
        return (word << (64 - (8 * _keyLength))) * factor | 1;
    }

    public void Dispose()
    {
        _buckets.Dispose();
        _entries.Dispose();
    }

    private ulong LongHash(ulong word, ref byte at)
    {
        const ulong factor = 0x9FB2_1C65_1E98_DF25;
        var isRun = word == BitOperations.RotateLeft(word, 8);
        var hash = word * factor;
        for (var next = sizeof(ulong); next < _keyLength; next += sizeof(ulong))
        {
            var more = Read(ref Unsafe.Add(ref at, next));
            isRun &= more == word;
            hash = (BitOperations.RotateLeft(hash, 29) ^ more) * factor;
        }
        return isRun ? 0 : (hash ^ (hash >> 32)) * factor | 1;
    }

    private static (int Stride, int Entries, int BucketBits) Plan(int oldLength, int keyLength, int stride)
    {
        var places = Math.Max(0L, oldLength - Math.Max(keyLength, sizeof(ulong)) + 1L);
        stride = Math.Max(stride, (int)((places + MostEntries - 1) / MostEntries));
        var entries = (int)((places + stride - 1) / stride);
        var bits = Math.Clamp(BitOperations.Log2((uint)Math.Max(entries, 1)) + 1, LeastBucketBits, MostBucketBits);
        return (stride, entries, bits);
    }

    private void Count(ReadOnlySpan<byte> old, int entries, Span<uint> buckets, CancellationToken cancellationToken)
    {
        ref var at = ref MemoryMarshal.GetReference(old);
        ref var bucket = ref MemoryMarshal.GetReference(buckets);
        for (var entry = 0; entry < entries; entry++)
        {
            if (entry % PlacesBetweenChecks == 0)
                cancellationToken.ThrowIfCancellationRequested();
            var hash = Hash(ref Unsafe.Add(ref at, (nint)entry * _stride));
            if (hash != 0)
                Unsafe.Add(ref bucket, (nint)(hash >> (_shift + TagBits)))++;
        }
    }

    /// <summary>From the end, so that each bucket's start is where its first place lies when all are in.</summary>
    private void Fill(ReadOnlySpan<byte> old, int entries, Span<uint> buckets, CancellationToken cancellationToken)
    {
        var total = 0u;
        foreach (ref var bucket in buckets)
            bucket = total += bucket;
        ref var at = ref MemoryMarshal.GetReference(old);
        ref var starts = ref MemoryMarshal.GetReference(buckets);
        var filled = _entries.Span;
        for (var entry = entries - 1; entry >= 0; entry--)
        {
            if (entry % PlacesBetweenChecks == 0)
                cancellationToken.ThrowIfCancellationRequested();
            var hash = Hash(ref Unsafe.Add(ref at, (nint)entry * _stride));
            if (hash == 0)
                continue;
            var place = --Unsafe.Add(ref starts, (nint)(hash >> (_shift + TagBits)));
            filled[(int)place] = ((uint)entry << TagBits) | ((uint)(hash >> _shift) & TagMask);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Read(ref byte at)
    {
        var word = Unsafe.ReadUnaligned<ulong>(ref at);
        return BitConverter.IsLittleEndian ? word : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word);
    }
}
