using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Diffah.Engine.Deltas.Codecs.Content.Matching;

/// <summary>
/// Finds where in a long old file a short new one may be told from, so that not all of the old one is indexed. A file
/// that holds others is paired with each of them.
/// </summary>
internal static class OldWindow
{
    private const int ShortestOld = 1 << 20;
    private const int ShortestBlock = 1 << 16;
    private const int Times = 32;
    private const int KeyLength = sizeof(ulong);
    private const int BitsPerKey = 64;
    private const long FewestBits = 1 << 16;
    private const long MostBits = 1 << 27;
    private const int BytesBetweenChecks = 1 << 22;
    private const ulong Spread = 0x9E3779B97F4A7C15;

    /// <summary>Where the window begins, and its length: all of an old file that is not much longer.</summary>
    public static (int Start, int Length) Of(
        ReadOnlySpan<byte> old, ReadOnlySpan<byte> @new, CancellationToken cancellationToken)
    {
        if (old.Length < ShortestOld || old.Length / Times < @new.Length || @new.Length < KeyLength)
            return (0, old.Length);
        var block = Math.Max(ShortestBlock, (int)BitOperations.RoundUpToPowerOf2((uint)@new.Length));
        var hits = Count(old, Keys(@new, out var shift), shift, block, cancellationToken);
        var (best, most) = (0, 0L);
        for (var index = 0; index < hits.Length; index++)
        {
            // What is found may go over into the next block.
            var sum = hits[index] + (index + 1 < hits.Length ? hits[index + 1] : 0L);
            if (sum > most)
                (best, most) = (index, sum);
        }
        var start = Math.Max(0, best - 1) * block;
        return (start, (int)Math.Min(old.Length - start, 4L * block));
    }

    /// <summary>Makes of ops for a window those for the whole old file.</summary>
    public static List<PatchOp> Move(List<PatchOp> ops, int start)
    {
        if (start == 0)
            return ops;
        foreach (ref var op in CollectionsMarshal.AsSpan(ops))
            op = op.Add == 0 ? op : op with { Old = op.Old + start };
        return ops;
    }

    private static ulong[] Keys(ReadOnlySpan<byte> @new, out int shift)
    {
        var wanted = BitOperations.RoundUpToPowerOf2((uint)@new.Length) * (long)BitsPerKey;
        var bits = (uint)Math.Clamp(wanted, FewestBits, MostBits);
        shift = 64 - BitOperations.Log2(bits);
        var keys = new ulong[bits / 64];
        for (var at = 0; at <= @new.Length - KeyLength; at++)
        {
            var key = MemoryMarshal.Read<ulong>(@new[at..]);
            if (key == BitOperations.RotateLeft(key, 8))
                continue;
            var hash = (key * Spread) >> shift;
            keys[hash >> 6] |= 1UL << (int)(hash & 63);
        }
        return keys;
    }

    private static int[] Count(
        ReadOnlySpan<byte> old, ulong[] keys, int shift, int block, CancellationToken cancellationToken)
    {
        var hits = new int[((old.Length - 1) / block) + 1];
        ref var from = ref MemoryMarshal.GetReference(old);
        ref var key = ref MemoryMarshal.GetArrayDataReference(keys);
        for (var index = 0; index < hits.Length; index++)
        {
            if (((long)index * block) % BytesBetweenChecks == 0)
                cancellationToken.ThrowIfCancellationRequested();
            var end = (int)Math.Min((index + 1L) * block, old.Length - KeyLength + 1);
            var count = 0;
            for (var at = index * block; at < end; at++)
            {
                var hash = (Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, at)) * Spread) >> shift;
                count += (int)((Unsafe.Add(ref key, (nint)(hash >> 6)) >> (int)(hash & 63)) & 1);
            }
            hits[index] = count;
        }
        return hits;
    }
}
