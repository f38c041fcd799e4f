using System.Buffers.Binary;
using System.Text;
using Diffah.Fuzz.Building;
using Diffah.Tests.Support.SecondReader;

namespace Diffah.Tests.Deltas.Codecs.Content.JavaImages;

/// <summary>Makes archives of shared classes: pointers, symbols, and the second reader's table of them.</summary>
internal sealed class SharedArchiveBuilder
{
    public const int ImageStart = 0x1000;
    private const long Address = 0x8_0000_0000;

    /// <summary>The names of the symbols.</summary>
    public List<string> Names { get; } = [];

    /// <summary>Start and length of symbols, buckets and entries, and the origin, of what was built last.</summary>
    public int[] Places { get; private set; } = [];

    /// <summary>Many names.</summary>
    public static SharedArchiveBuilder Random(Dice dice, int count)
    {
        var builder = new SharedArchiveBuilder();
        for (var index = 0; index < count; index++)
            builder.Names.Add($"java/{dice.Below(100_000)}/Class{index}");
        return builder;
    }

    public byte[] Build(int buckets)
    {
        var starts = new List<int>();
        var symbols = new MemoryStream();
        foreach (var name in Names)
        {
            starts.Add((int)symbols.Length);
            var bytes = Encoding.UTF8.GetBytes(name);
            symbols.Write([0xFF, 0xFF, 0, 0, (byte)bytes.Length, (byte)(bytes.Length >> 8), .. bytes]);
            symbols.SetLength(symbols.Position += -symbols.Length & 7);
        }
        var symbolsStart = ImageStart + (16 * Names.Count);
        var bucketsStart = symbolsStart + (int)symbols.Length + 4;
        var entriesStart = bucketsStart + (4 * buckets) + 4 + 4;
        var entries = Names.GroupBy(n => Hash(n) % (uint)buckets).Sum(g => g.Count() == 1 ? 1 : 2 * g.Count());
        Places = [symbolsStart, (int)symbols.Length, bucketsStart, (4 * buckets) + 4, entriesStart, 4 * entries,
            ImageStart];
        var file = new byte[Math.Max(entriesStart + (4 * entries), 0x10000) + 0x100];
        BinaryPrimitives.WriteUInt32LittleEndian(file, 0xF00BABA2);
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(0x28), ImageStart);
        for (var index = 0; index < starts.Count; index++)
        {
            var target = Address + symbolsStart - ImageStart + starts[index];
            BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(ImageStart + (16 * index)), target);
        }
        symbols.ToArray().CopyTo(file, symbolsStart);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(bucketsStart - 4), buckets + 1);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(entriesStart - 4), entries);
        new SharedArchive(Places).Make(file);
        return file;
    }

    private static uint Hash(string name)
    {
        var hash = 0u;
        foreach (var letter in Encoding.UTF8.GetBytes(name))
            hash = unchecked((31 * hash) + letter);
        return hash;
    }
}
