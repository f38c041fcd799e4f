using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>Finds the symbols of an archive of shared classes. Producers only.</summary>
internal static class SharedSymbolsSearch
{
    private const int Word = sizeof(uint);
    private const int KindShift = 30;
    private const uint PlaceMask = (1u << KindShift) - 1;

    // The table of a few symbols takes few bytes.
    private const int FewestBuckets = 64;

    // The entries follow the buckets, behind the length of their array, which may be aligned.
    private const int LargestGap = 32;

    /// <summary>The symbols; null where there are none whose table is made as is known.</summary>
    public static SharedSymbols? Find(ReadOnlySpan<byte> file)
    {
        if (file.Length > SharedSymbols.LongestFile
            || SharedClassesLayout.ImageStart(file) is not (>= 0 and var origin))
            return null;
        var words = MemoryMarshal.Cast<byte, uint>(file[..(file.Length & -Word)]);
        SharedSymbols? largest = null;
        for (var at = 1; at < words.Length; at++)
        {
            if (BucketsAt(words, at) is not (> 0 and var count)
                || SymbolsOf(file, words, at, count, origin) is not { } found
                || found.Buckets.Length <= (largest?.Buckets.Length ?? 0))
                continue;
            largest = found;
            at += count;
        }
        return largest is not null && largest.IsIn(file.Length) && largest.IsAsIn(file) ? largest : null;
    }

    // An array of buckets has its length before it, and each begins where the one before has ended.
    private static int BucketsAt(ReadOnlySpan<uint> words, int at)
    {
        var count = words[at - 1];
        if ((words[at] & PlaceMask) != 0 || count <= FewestBuckets || count > words.Length - at
            || words[at + (int)count - 1] >> KindShift != 3)
            return 0;
        for (var index = at; index < at + (int)count - 1; index++)
        {
            var length = (words[index + 1] & PlaceMask) - (long)(words[index] & PlaceMask);
            if (words[index] >> KindShift is var kind && (kind > 1 || (kind == 1 ? length != 1 : length < 0)))
                return 0;
        }
        return (int)count;
    }

    private static SharedSymbols? SymbolsOf(
        ReadOnlySpan<byte> file, ReadOnlySpan<uint> words, int at, int count, int origin)
    {
        var total = words[at + count - 1] & PlaceMask;
        var gap = words[(at + count)..];
        var length = gap[..Math.Min(gap.Length, LargestGap / Word)].IndexOf(total);
        var start = at + count + length + 1;
        if (length < 0 || total == 0 || total > words.Length - start)
            return null;
        var (first, last) = (uint.MaxValue, 0u);
        for (var index = at; index < at + count - 1; index++)
        {
            var step = words[index] >> KindShift == 1 ? 1u : 2u;
            for (var entry = words[index] & PlaceMask; entry < (words[index + 1] & PlaceMask); entry += step)
            {
                var place = words[start + (int)(entry + step - 1)];
                (first, last) = (Math.Min(first, place), Math.Max(last, place));
            }
        }
        if (first > last || last > file.Length - origin - 8)
            return null;
        var bytes = BinaryPrimitives.ReadUInt16LittleEndian(file[(origin + (int)last + 4)..]);
        var end = origin + last + ((6 + bytes + 7) & -8);
        return new(
            new(origin + (int)first, (int)(end - origin - first)), new(at * Word, count * Word),
            new(start * Word, (int)total * Word), origin);
    }
}
