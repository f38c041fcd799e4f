using Diffah.Fuzz.Building;
using Diffah.Tests.Support.SecondReader;

namespace Diffah.Tests.Deltas.Codecs.Content.JavaImages;

/// <summary>Makes images of Java's runtime, with the second reader's index.</summary>
internal sealed class JavaImageBuilder
{
    private readonly List<(string Directory, string File, byte[] Data, uint Compressed)> _resources = [];

    /// <summary>How many slots are added to one for each resource.</summary>
    public uint Spare { get; set; }

    /// <summary>Adds a resource; "module/parent/base.extension", each with an empty part where there is none.</summary>
    public JavaImageBuilder Add(string module, string parent, string file, byte[] data, uint compressed = 0)
    {
        var dot = file.LastIndexOf('.');
        var (name, extension) = dot < 0 ? (file, "") : (file[..dot], file[(dot + 1)..]);
        _resources.Add(($"{module}\0{parent}\0", $"{name}\0{extension}\0", data, compressed));
        return this;
    }

    /// <summary>Some modules full of classes that are alike.</summary>
    /// <param name="dice">What is random.</param>
    /// <param name="count">How many classes.</param>
    public static JavaImageBuilder Random(Dice dice, int count)
    {
        var builder = new JavaImageBuilder { Spare = (uint)dice.Below(4) };
        for (var index = 0; index < count; index++)
        {
            var directory = index / 7;
            builder.Add($"m{directory / 3}", dice.OneIn(20) ? "" : $"p/{directory}", $"C{index}.class",
                Class(dice), dice.OneIn(5) ? 9u : 0);
        }
        return builder;
    }

    /// <summary>Takes some out, puts some in, and changes some.</summary>
    public void Edit(Dice dice)
    {
        for (var times = 1 + _resources.Count / 10; times > 0; times--)
        {
            var index = dice.Below(_resources.Count);
            var resource = _resources[index];
            if (dice.OneIn(3))
                _resources.Insert(index, resource with { File = $"New{times}${dice.Below(1000)}\0class\0" });
            else if (dice.OneIn(2) && _resources.Count > 2)
                _resources.RemoveAt(index);
            else
                _resources[index] = resource with { Data = [.. resource.Data[..^3], .. dice.Bytes(dice.Below(9))] };
        }
    }

    public byte[] Skeleton(byte locationsPadding = 0, byte stringsPadding = 0)
    {
        var (names, last) = (new List<byte>(), "");
        foreach (var (directory, file, _, _) in _resources)
        {
            names.Add(names.Count > 0 && directory == last ? (byte)0 : (byte)1);
            names.AddRange(((names[^1] == 0 ? "" : directory) + file).Select(c => (byte)c));
            last = directory;
        }
        uint[] head = [0x10000, 0, (uint)_resources.Count, (uint)_resources.Count + Spare, (uint)_resources.Count,
            locationsPadding, stringsPadding];
        var sizes = _resources.Select(r => (uint)r.Data.Length).Concat(_resources.Select(r => r.Compressed));
        return [.. Bytes(head), .. names, .. Bytes(sizes)];
    }

    public byte[] Build() => [.. JavaImage.Index(Skeleton(3, 1)), .. _resources.SelectMany(r => r.Data)];

    private static byte[] Class(Dice dice) =>
        [0xCA, 0xFE, 0xBA, 0xBE, 0, 0, 0, 61, .. dice.Bytes(20 + dice.Below(200))];

    private static IEnumerable<byte> Bytes(IEnumerable<uint> numbers) => numbers.SelectMany(BitConverter.GetBytes);
}
