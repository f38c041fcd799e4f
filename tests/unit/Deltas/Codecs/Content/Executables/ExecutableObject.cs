using System.Globalization;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Codecs.Content.Executables;

/// <summary>A small executable of the folder Objects, and what binutils tells of it.</summary>
internal sealed class ExecutableObject(string name)
{
    public static IEnumerable<string> Kinds => ["shared", "fixed", "arm"];

    public byte[] Bytes { get; } = File.ReadAllBytes(PathOf(name, "elf"));

    /// <summary>Sections that are loaded: name, address, offset, size.</summary>
    public IReadOnlyList<(string Name, long Address, int Offset, int Size)> Sections { get; } =
        [.. Lines(name, "sections.txt").Select(l => (l[0], Hex(l[1]), (int)Hex(l[2]), (int)Hex(l[3])))
            .Where(s => s.Item2 > 0)];

    public IReadOnlyList<(long Address, int Size, string Name)> Symbols { get; } =
        [.. Lines(name, "symbols.txt").Select(
            l => (Hex(l[0]), int.Parse(l[1], CultureInfo.InvariantCulture), l[3].Split('@')[0]))];

    /// <summary>Begin and end of each function, in the order of their records.</summary>
    public IReadOnlyList<(long Begin, long End)> Frames { get; } =
        [.. Lines(name, "frames.txt").Select(l => l[^1][3..].Split("..")).Select(p => (Hex(p[0]), Hex(p[1])))];

    /// <summary>Address, bytes and words of each instruction.</summary>
    public IReadOnlyList<(long Address, int Length, string Text)> Code { get; } = [.. File.ReadAllLines(
        PathOf(name, "code.txt")).Select(l => l.Split('\t')).Select(p => (Hex(p[0].Trim(' ', ':')),
            p[1].Replace(" ", "", StringComparison.Ordinal).Length / 2, string.Join(' ', p[2..])))];

    public int OffsetOf(long address)
    {
        var section = Sections.First(s => address >= s.Address && address < s.Address + s.Size && s.Name != ".bss");
        return section.Offset + (int)(address - section.Address);
    }

    public (int Offset, int Size) Section(string section)
    {
        var found = Sections.First(s => s.Name == section);
        return (found.Offset, found.Size);
    }

    public static long Hex(string text) => long.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static IEnumerable<string[]> Lines(string name, string kind) =>
        File.ReadAllLines(PathOf(name, kind)).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static string PathOf(string name, string extension) => Path.Combine(
        Repository.Root, "tests", "unit", "Deltas", "Codecs", "Content", "Executables", "Objects",
        $"{name}.{extension}");
}
