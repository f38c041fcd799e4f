using System.Buffers.Binary;

namespace Diffah.Tests.Support.SecondReader;

/// <summary>The symbols of a shared archive, as docs/java-images.md says.</summary>
internal sealed class SharedArchive(int[] places)
{
    public static SharedArchive Read(PatchCursor numbers, int length) =>
        new([.. Enumerable.Range(0, 7).Select(_ => numbers.Count(length))]);

    /// <summary>A file without what is made of its symbols.</summary>
    public byte[] Clear(byte[] file)
    {
        var bare = file.ToArray();
        foreach (var at in Symbols(file))
            bare.AsSpan(at + 2, 2).Clear();
        bare.AsSpan(places[2], places[3]).Clear();
        bare.AsSpan(places[4], places[5]).Clear();
        return bare;
    }

    /// <summary>Makes what is made of the symbols.</summary>
    public void Make(byte[] file)
    {
        var random = 0x12345678L;
        foreach (var at in Symbols(file))
        {
            random = random * 16807 % 0x7FFFFFFF;
            BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at + 2), (ushort)(random & 0xFFFF));
        }
        var count = places[3] / 4 - 1;
        var byBucket = Symbols(file).ToLookup(at => Hash(file, at) % count);
        var (buckets, entries) = (new List<uint>(), new List<uint>());
        for (var bucket = 0; bucket < count; bucket++)
        {
            var isSingle = byBucket[bucket].Count() == 1;
            buckets.Add((uint)entries.Count + (isSingle ? 1u << 30 : 0));
            foreach (var at in byBucket[bucket])
                entries.AddRange(isSingle
                    ? [(uint)(at - places[6])]
                    : [(uint)Hash(file, at), (uint)(at - places[6])]);
        }
        buckets.Add((3u << 30) + (uint)entries.Count);
        if (entries.Count * 4 != places[5])
            throw new InvalidDataException("there is another number of entries");
        buckets.SelectMany(BitConverter.GetBytes).ToArray().CopyTo(file, places[2]);
        entries.SelectMany(BitConverter.GetBytes).ToArray().CopyTo(file, places[4]);
    }

    private static long Hash(byte[] file, int at) => file.AsSpan(at + 6, Length(file, at)).ToArray()
        .Aggregate(0L, (hash, letter) => (31 * hash + letter) % (1L << 32));

    private static int Length(byte[] file, int at) => file[at + 4] + 256 * file[at + 5];

    private List<int> Symbols(byte[] file)
    {
        var found = new List<int>();
        for (var at = places[0]; at < places[0] + places[1]; at += (6 + Length(file, at) + 7) / 8 * 8)
            found.Add(at);
        return found;
    }
}
