using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Diffah.Engine.Compression.Mixing;

/// <summary>
/// The inner loops of a mixer, over vectors of whole numbers: they come to the same as the plain loops beside them, on
/// any machine and for any length of vectors.
/// </summary>
internal static class MixerKernel
{
    /// <summary>A product loses so many bits, so that the sum of all fits.</summary>
    public const int ProductShift = 4;

    /// <summary>How many numbers a row has that has room for some: what is behind them stays zero.</summary>
    /// <param name="count">How many.</param>
    public static int RowLength(int count) => (count + Vector<int>.Count - 1) / Vector<int>.Count * Vector<int>.Count;

    /// <summary>The sums of the products of each of three rows with a fourth.</summary>
    public static (int One, int Two, int Three) Sum(
        ReadOnlySpan<int> one, ReadOnlySpan<int> two, ReadOnlySpan<int> three, ReadOnlySpan<int> by)
    {
        if (!Vector.IsHardwareAccelerated)
            return (PlainSum(one, by), PlainSum(two, by), PlainSum(three, by));
        RequireRows(one.Length, two.Length, three.Length, by.Length);
        ref var first = ref MemoryMarshal.GetReference(one);
        ref var second = ref MemoryMarshal.GetReference(two);
        ref var third = ref MemoryMarshal.GetReference(three);
        ref var factors = ref MemoryMarshal.GetReference(by);
        var (a, b, c) = (Vector<int>.Zero, Vector<int>.Zero, Vector<int>.Zero);
        for (nuint at = 0; at < (nuint)by.Length; at += (nuint)Vector<int>.Count)
        {
            var factor = Vector.LoadUnsafe(ref factors, at);
            a += Vector.ShiftRightArithmetic(Vector.LoadUnsafe(ref first, at) * factor, ProductShift);
            b += Vector.ShiftRightArithmetic(Vector.LoadUnsafe(ref second, at) * factor, ProductShift);
            c += Vector.ShiftRightArithmetic(Vector.LoadUnsafe(ref third, at) * factor, ProductShift);
        }
        return (Vector.Sum(a), Vector.Sum(b), Vector.Sum(c));
    }

    /// <summary>Adds to each number of a row what another has there, times an error.</summary>
    /// <param name="row">The row.</param>
    /// <param name="by">The other.</param>
    /// <param name="error">The error.</param>
    /// <param name="shift">How many bits what is added loses, rounded; at least 1.</param>
    /// <param name="most">No number goes beyond it, nor beyond its negative.</param>
    public static void Add(Span<int> row, ReadOnlySpan<int> by, int error, int shift, int most)
    {
        if (!Vector.IsHardwareAccelerated)
        {
            PlainAdd(row, by, error, shift, most);
            return;
        }
        RequireRows(row.Length, row.Length, row.Length, by.Length);
        ref var numbers = ref MemoryMarshal.GetReference(row);
        ref var factors = ref MemoryMarshal.GetReference(by);
        var (errors, half) = (new Vector<int>(error), new Vector<int>(1 << (shift - 1)));
        var (greatest, least) = (new Vector<int>(most), new Vector<int>(-most));
        for (nuint at = 0; at < (nuint)by.Length; at += (nuint)Vector<int>.Count)
        {
            var added = Vector.ShiftRightArithmetic((Vector.LoadUnsafe(ref factors, at) * errors) + half, shift);
            var sum = Vector.LoadUnsafe(ref numbers, at) + added;
            Vector.Min(Vector.Max(sum, least), greatest).StoreUnsafe(ref numbers, at);
        }
    }

    public static int PlainSum(ReadOnlySpan<int> row, ReadOnlySpan<int> by)
    {
        var sum = 0;
        for (var at = 0; at < by.Length; at++)
            sum += (row[at] * by[at]) >> ProductShift;
        return sum;
    }

    public static void PlainAdd(Span<int> row, ReadOnlySpan<int> by, int error, int shift, int most)
    {
        for (var at = 0; at < by.Length; at++)
            row[at] = Math.Clamp(row[at] + (((by[at] * error) + (1 << (shift - 1))) >> shift), -most, most);
    }

    // Nothing is read or written behind a row.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RequireRows(int one, int two, int three, int by)
    {
        if (one != by || two != by || three != by || by % Vector<int>.Count != 0)
            throw new ArgumentException("Rows have to be of the same length, and whole vectors.");
    }
}
