using Diffah.Fuzz.Mutation;
using Diffah.Samples;

namespace Diffah.Fuzz.Building;

/// <summary>
/// A content, and older ones that it came from: tars whose files were changed, moved, added and removed.
/// </summary>
/// <param name="Sources">The older contents, from the lowest to the topmost.</param>
/// <param name="Target">The content.</param>
internal sealed record ContentPair(byte[][] Sources, byte[] Target)
{
    private const int MostFiles = 8;

    /// <summary>Makes a pair.</summary>
    /// <param name="dice">What it is made by.</param>
    /// <param name="more">Files of two versions that come in besides.</param>
    public static ContentPair Of(Dice dice, params (byte[] Old, byte[] New)[] more)
    {
        var layers = Enumerable.Range(0, dice.Below(3)).Select(_ => Files(dice)).ToList();
        var files = layers.SelectMany(l => l).DistinctBy(f => f.Name).Select(f => Changed(f, dice)).ToList();
        files.RemoveAll(_ => dice.OneIn(6));
        if (dice.OneIn(2))
            files.AddRange(Files(dice));
        foreach (var (old, now) in more)
        {
            var name = $"usr/lib/{dice.Below(1000)}.so";
            if (layers.Count > 0)
                dice.Of<List<(string Name, byte[] Content)>>([.. layers]).Add((name, old));
            files.Insert(dice.Below(files.Count + 1), (dice.OneIn(3) ? "usr/lib/moved.so" : name, now));
        }
        byte[][] sources = [.. layers.Select(l => Content(l, dice))];
        if (dice.OneIn(8))
            return new(sources, sources.Length > 0 ? ByteMutator.Mutate(sources[^1], dice) : dice.Bytes(3000));
        return new(sources, Content(files, dice));
    }

    /// <summary>A tar of one file.</summary>
    public static byte[] Tar(string name, ulong seed, int length) => Tar(name, SampleContent.Text(seed, length));

    /// <summary>A tar of one file.</summary>
    public static byte[] Tar(string name, byte[] content)
    {
        using var bytes = new MemoryStream();
        var tar = new TarFile(bytes);
        tar.File(name, content);
        tar.Finish();
        return bytes.ToArray();
    }

    /// <summary>The same bytes with some small changes.</summary>
    public static byte[] Edit(byte[] content, ulong seed) => SampleContent.Edit(content, seed, 5);

    private static byte[] Content(List<(string Name, byte[] Content)> files, Dice dice)
    {
        using var bytes = new MemoryStream();
        var tar = new TarFile(bytes) { Modified = dice.Below(3), UseGnuLongNames = dice.OneIn(3) };
        foreach (var (name, content) in files)
        {
            if (dice.OneIn(5))
                tar.Folder(name + ".d");
            tar.File(name, content, dice.Of(0b110_100_100, 0b111_101_101));
            if (dice.OneIn(6))
                tar.HardLink(name + ".again", name);
            if (dice.OneIn(6))
                tar.File(name + ".copy", content);
        }
        if (!dice.OneIn(8))
            tar.Finish();
        if (dice.OneIn(8))
            bytes.Write(dice.Bytes(dice.Length(1500)));
        return dice.OneIn(8) ? TarMutator.Mutate(bytes.ToArray(), dice) : bytes.ToArray();
    }

    private static List<(string Name, byte[] Content)> Files(Dice dice) =>
        [.. Enumerable.Range(0, dice.Below(MostFiles)).Select(_ => (Name(dice), File(dice, 0)))];

    private static string Name(Dice dice) => dice.Below(8) switch
    {
        0 => new string('n', 1 + dice.Length(300)),
        1 => $"usr/share/doc/pkg-1.{dice.Below(9)}/changelog",
        _ => $"usr/{dice.Of("bin", "lib", "share/man")}/f{dice.Below(40)}",
    };

    private static (string Name, byte[] Content) Changed((string Name, byte[] Content) file, Dice dice)
    {
        var content = dice.Below(6) switch
        {
            3 => Indented(file.Content),
            0 => ByteMutator.Mutate(file.Content, dice),
            1 => SampleContent.Edit(file.Content, (ulong)dice.Below(1 << 20), 1 + dice.Below(9)),
            2 => File(dice, 0),
            _ => file.Content,
        };
        return (dice.OneIn(5) ? Name(dice) : file.Name, content);
    }

    // Each line of a text begins with two spaces more.
    private static byte[] Indented(byte[] content)
    {
        using var bytes = new MemoryStream();
        foreach (var value in content)
        {
            bytes.WriteByte(value);
            if (value == '\n')
                bytes.Write("  "u8);
        }
        return bytes.ToArray();
    }

    private static byte[] File(Dice dice, int depth)
    {
        var (seed, size) = ((ulong)dice.Below(6), 1 + dice.Length(30_000));
        return (depth < 3 ? dice.Below(9) : dice.Below(5)) switch
        {
            0 => [],
            1 => dice.Bytes(size),
            2 => SampleContent.Binary(seed, size),
            3 => new byte[size],
            5 => CompressionMutator.Gzip(File(dice, depth + 1)),
            6 => SmallZip.Gzip(File(dice, depth + 1)),
            7 => Zip(dice, depth),
            _ => SampleContent.Text(seed, size),
        };
    }

    private static byte[] Zip(Dice dice, int depth) => SmallZip.Zip(Enumerable.Range(0, 1 + dice.Below(4)).Select(
        _ => ($"e{dice.Below(6)}", File(dice, depth + 1), !dice.OneIn(4))));
}
