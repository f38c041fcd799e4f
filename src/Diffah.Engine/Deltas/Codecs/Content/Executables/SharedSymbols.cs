using System.Buffers.Binary;

namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>
/// The symbols of an archive of classes that Java virtual machines share. They stand one behind the other, and the
/// table by which they are found is made of them, as a virtual machine makes it; so is a number that each has, which is
/// random, but always begins with the same seed.
/// </summary>
/// <param name="Symbols">The symbols.</param>
/// <param name="Buckets">The buckets of the table, and what ends them: four bytes each.</param>
/// <param name="Entries">The entries of the table.</param>
/// <param name="Origin">Where places begin that the entries have.</param>
internal sealed record SharedSymbols(FileSpan Symbols, FileSpan Buckets, FileSpan Entries, int Origin)
{
    /// <summary>A longer archive is told as any other.</summary>
    public const int LongestFile = 1 << 26;

    private const int Word = sizeof(uint);
    private const int Header = 6;
    private const int Alignment = 8;
    private const int RandomAt = 2;
    private const int LengthAt = 4;

    private const long FirstSeed = 0x12345678;
    private const long Multiplier = 16807;
    private const long Modulus = int.MaxValue;

    // What is in a bucket: pairs of a hash and a place, or only a place where there is one symbol; or no bucket more.
    private const int KindShift = 30;
    private const uint SingleKind = 1;
    private const uint EndKind = 3;

    /// <summary>How many buckets there are.</summary>
    public int BucketCount => (Buckets.Length / Word) - 1;

    /// <summary>All of the three, and what is between them.</summary>
    public FileSpan Hull
    {
        get
        {
            var start = Math.Min(Symbols.Start, Math.Min(Buckets.Start, Entries.Start));
            return new(start, Math.Max(Symbols.End, Math.Max(Buckets.End, Entries.End)) - start);
        }
    }

    /// <summary>Whether all of it can be in a file.</summary>
    public bool IsIn(int fileLength)
    {
        Span<FileSpan> spans = [Symbols, Buckets, Entries];
        spans.Sort((a, b) => a.Start.CompareTo(b.Start));
        var end = 0L;
        foreach (var span in spans)
        {
            if (span.Start < end || span.Length < 0)
                return false;
            end = (long)span.Start + span.Length;
        }
        return end <= fileLength && BucketCount > 0 && Buckets.Length % Word == 0 && Entries.Length % Word == 0
            && Symbols.Length % Alignment == 0 && Origin >= 0 && Origin <= Symbols.Start;
    }

    /// <summary>Whether what is made of the rest of a file is what is in it.</summary>
    public bool IsAsIn(ReadOnlySpan<byte> file)
    {
        var hull = file.Slice(Hull.Start, Hull.Length);
        var made = hull.ToArray();
        return TryMake(made) && hull.SequenceEqual(made);
    }

    /// <summary>Writes the numbers of a layout.</summary>
    public void Write(Action<ulong> number)
    {
        foreach (var value in (int[])[Symbols.Start, Symbols.Length, Buckets.Start, Buckets.Length, Entries.Start,
            Entries.Length, Origin])
            number((ulong)value);
    }

    /// <summary>Reads what <see cref="Write"/> wrote; null where it can't be in a file.</summary>
    /// <param name="number">Gives the next number, at most so much.</param>
    /// <param name="fileLength">Bytes of the file.</param>
    public static SharedSymbols? Read(Func<long, long> number, int fileLength)
    {
        var read = new SharedSymbols(Span(), Span(), Span(), (int)number(fileLength));
        return read.IsIn(fileLength) ? read : null;

        FileSpan Span() => new((int)number(fileLength), (int)number(fileLength));
    }

    /// <summary>Sets to zeros what is made of the rest.</summary>
    /// <param name="file">The file.</param>
    /// <returns>False where the symbols are none.</returns>
    public bool TryClear(Span<byte> file)
    {
        var symbols = file.Slice(Symbols.Start, Symbols.Length);
        if (!EndsWell(symbols))
            return false;
        file.Slice(Buckets.Start, Buckets.Length).Clear();
        file.Slice(Entries.Start, Entries.Length).Clear();
        for (var at = 0; at < symbols.Length; at = Next(symbols, at))
            symbols.Slice(at + RandomAt, sizeof(ushort)).Clear();
        return true;
    }

    /// <summary>Makes what is made of the symbols.</summary>
    /// <param name="hull">The bytes of <see cref="Hull"/>.</param>
    /// <returns>False where the table does not follow from the symbols.</returns>
    public bool TryMake(Span<byte> hull) => TryMake(
        Part(hull, Symbols), Part(hull, Buckets), Part(hull, Entries));

    private Span<byte> Part(Span<byte> hull, FileSpan span) => hull.Slice(span.Start - Hull.Start, span.Length);

    private bool TryMake(Span<byte> symbols, Span<byte> buckets, Span<byte> entries)
    {
        if (!EndsWell(symbols))
            return false;
        var found = new List<(uint Hash, uint Place)>();
        var counts = new int[BucketCount];
        var random = FirstSeed;
        for (var at = 0; at < symbols.Length; at = Next(symbols, at))
        {
            random = random * Multiplier % Modulus;
            BinaryPrimitives.WriteUInt16LittleEndian(symbols[(at + RandomAt)..], (ushort)random);
            var hash = 0u;
            foreach (var letter in symbols.Slice(at + Header, LengthOf(symbols, at)))
                hash = unchecked((hash * 31) + letter);
            found.Add((hash, (uint)(Symbols.Start + at - Origin)));
            counts[hash % (uint)counts.Length]++;
        }
        if (!TryWriteBuckets(counts, buckets, entries.Length / Word))
            return false;
        WriteEntries(found, counts, buckets, entries);
        return true;
    }

    private static bool TryWriteBuckets(int[] counts, Span<byte> buckets, int entries)
    {
        var place = 0L;
        for (var bucket = 0; bucket <= counts.Length; bucket++)
        {
            var kind = bucket == counts.Length ? EndKind : counts[bucket] == 1 ? SingleKind : 0;
            BinaryPrimitives.WriteUInt32LittleEndian(buckets[(bucket * Word)..], kind << KindShift | (uint)place);
            place += kind == EndKind ? 0 : kind == SingleKind ? 1 : 2 * counts[bucket];
        }
        return place == entries;
    }

    // In each bucket, symbols are in their order.
    private static void WriteEntries(
        List<(uint Hash, uint Place)> found, int[] counts, ReadOnlySpan<byte> buckets, Span<byte> entries)
    {
        var next = new int[counts.Length];
        foreach (var (hash, place) in found)
        {
            var bucket = (int)(hash % (uint)counts.Length);
            var start = BinaryPrimitives.ReadUInt32LittleEndian(buckets[(bucket * Word)..]) & ((1u << KindShift) - 1);
            var at = entries[(((int)start + next[bucket]) * Word)..];
            if (counts[bucket] > 1)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(at, hash);
                at = at[Word..];
                next[bucket] += 2;
            }
            BinaryPrimitives.WriteUInt32LittleEndian(at, place);
        }
    }

    private static int LengthOf(ReadOnlySpan<byte> symbols, int at) =>
        BinaryPrimitives.ReadUInt16LittleEndian(symbols[(at + LengthAt)..]);

    private static int Next(ReadOnlySpan<byte> symbols, int at) =>
        at + ((Header + LengthOf(symbols, at) + Alignment - 1) & -Alignment);

    // All are multiples of 8 long, so that each that begins has a length.
    private static bool EndsWell(ReadOnlySpan<byte> symbols)
    {
        var at = 0;
        while (at < symbols.Length)
            at = Next(symbols, at);
        return at == symbols.Length;
    }
}
