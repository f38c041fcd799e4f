using System.Text;

namespace Diffah.Engine.Tar;

/// <summary>Gives the next 512 bytes.</summary>
internal delegate ReadOnlySpan<byte> NextBlock();

/// <summary>The map of an old GNU sparse entry (type S): in its header, and in blocks behind it.</summary>
internal static class OldSparse
{
    private const int NumberLength = 12;

    /// <summary>Reads all blocks of the map.</summary>
    /// <param name="header">The entry's header.</param>
    /// <param name="next">Gives the blocks behind it.</param>
    /// <returns>Makes the map, given how many bytes are stored.</returns>
    public static Func<long, SparseMap?> Read(ReadOnlySpan<byte> header, NextBlock next)
    {
        var numbers = new List<long>();
        var isRight = TarNumber.TryRead(header.Slice(483, NumberLength), out var length);
        isRight &= Add(numbers, header.Slice(386, 4 * 2 * NumberLength));
        for (var hasMore = header[482] != 0; hasMore;)
        {
            var block = next();
            isRight &= Add(numbers, block[..(21 * 2 * NumberLength)]);
            hasMore = block[504] != 0;
        }
        return stored => isRight ? SparseMap.Create(numbers, length, stored) : throw SparseMap.Damaged();
    }

    private static bool Add(List<long> numbers, ReadOnlySpan<byte> fields)
    {
        for (; !fields.IsEmpty; fields = fields[(2 * NumberLength)..])
        {
            if (fields[0] == 0)
                return true; // unused, like all behind it
            if (!TarNumber.TryRead(fields[..NumberLength], out var offset)
                || !TarNumber.TryRead(fields.Slice(NumberLength, NumberLength), out var length))
                return false;
            numbers.AddRange([offset, length]);
        }
        return true;
    }
}

/// <summary>
/// The map of a pax sparse entry of version 1.0: decimal lines before the content, filled up to whole blocks.
/// </summary>
internal static class LeadingMap
{
    private const int MaximumDigits = 19; // of 63 bits

    /// <summary>Reads all blocks of the map.</summary>
    /// <param name="next">Gives the blocks that the content begins with.</param>
    /// <param name="pax">The entry's records.</param>
    /// <returns>Makes the map, given how many bytes are stored behind it.</returns>
    public static Func<long, SparseMap?> Read(NextBlock next, PaxRecords pax)
    {
        try
        {
            var numbers = ReadNumbers(next);
            var length = pax.Bytes("GNU.sparse.realsize") ?? throw SparseMap.Damaged();
            return stored => SparseMap.Create(numbers, length, stored);
        }
        catch (InvalidDataException)
        {
            // The entry's size is known all the same: whoever does not expand it can go on.
            return _ => throw SparseMap.Damaged();
        }
    }

    private static List<long> ReadNumbers(NextBlock next)
    {
        var numbers = new List<long>();
        var digits = new StringBuilder();
        long? wanted = null;
        while (wanted is null || numbers.Count < wanted)
        {
            foreach (var value in next())
            {
                if (value != '\n')
                {
                    if (digits.Length == MaximumDigits)
                        throw SparseMap.Damaged();
                    digits.Append((char)value);
                    continue;
                }
                var number = SparseMap.Numbers([digits.ToString()])[0];
                digits.Clear();
                if (wanted is null)
                    wanted = number <= SparseMap.MaximumRuns ? 2 * number : throw SparseMap.Damaged();
                else
                    numbers.Add(number);
                if (numbers.Count == wanted)
                    break;
            }
        }
        return numbers;
    }
}
