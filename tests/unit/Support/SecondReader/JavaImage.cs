using System.Buffers.Binary;
using System.Text;

namespace Diffah.Tests.Support.SecondReader;

/// <summary>Indexes of Java's runtime images, and their skeletons, as docs/java-images.md says.</summary>
internal static class JavaImage
{
    private const uint Magic = 0xCAFEDADA;

    /// <summary>The skeleton of an image, and how long its index is.</summary>
    public static (byte[] Skeleton, int IndexLength) Open(byte[] file)
    {
        var slots = (int)Number(file, 3 + 1);
        var locations = 28 + 8 * slots;
        var strings = locations + (int)Number(file, 5);
        var end = strings + (int)Number(file, 6);
        if (Number(file, 0) != Magic || end > file.Length)
            throw new InvalidDataException("it is no image");
        var resources = new List<(int Slot, ulong[] Attributes)>();
        var (lastLocation, lastString) = (locations, strings);
        for (var slot = 0; slot < slots; slot++)
        {
            var at = locations + (int)Number(file, 7 + slots + slot);
            var attributes = new ulong[8];
            for (; file[at] >= 8; at += 2 + (file[at] & 7))
            {
                foreach (var next in file[(at + 1)..(at + 2 + (file[at] & 7))])
                    attributes[file[at] >> 3] = attributes[file[at] >> 3] * 256 + next;
            }
            lastLocation = Math.Max(lastLocation, at + 1);
            if (attributes.Any(a => a != 0))
                resources.Add((slot, attributes));
        }
        resources = [.. resources.OrderBy(r => r.Attributes[5]).ThenBy(r => r.Slot)];
        var names = new List<byte>();
        ulong[]? before = null;
        foreach (var (_, attributes) in resources)
        {
            var isSame = before is not null && attributes[1] == before[1] && attributes[2] == before[2];
            names.Add(isSame ? (byte)0 : (byte)1);
            for (var kind = isSame ? 3 : 1; kind <= 4; kind++)
            {
                var start = strings + (int)attributes[kind];
                var length = Array.IndexOf(file, (byte)0, start) + 1 - start;
                names.AddRange(file.Skip(start).Take(length));
                lastString = Math.Max(lastString, start + length);
            }
            before = attributes;
        }
        uint[] head =
        [
            Number(file, 1), Number(file, 2), Number(file, 3), (uint)slots, (uint)resources.Count,
            (uint)Math.Min(255, strings - lastLocation), (uint)Math.Min(255, end - lastString),
        ];
        var sizes = resources.Select(r => (uint)r.Attributes[7]).Concat(resources.Select(r => (uint)r.Attributes[6]));
        return ([.. Bytes(head), .. names, .. Bytes(sizes)], end);
    }

    /// <summary>The header and the index that follow from a skeleton.</summary>
    public static byte[] Index(byte[] skeleton)
    {
        var (slots, count) = ((int)Number(skeleton, 3), (int)Number(skeleton, 4));
        var texts = new PatchCursor(skeleton[28..^(8 * count)]);
        var names = new string[count][];
        for (var i = 0; i < count; i++)
        {
            var directory = texts.Byte() switch
            {
                0 => names[i - 1][..2],
                1 => [Text(texts), Text(texts)],
                _ => throw new InvalidDataException("a name is of no kind"),
            };
            names[i] = [.. directory, Text(texts), Text(texts)];
        }
        var (redirects, owners) = Slots([.. names.Select(FullName)], slots);
        List<string> strings = ["", "class"];
        strings = [.. strings.Concat(names.SelectMany(n => n)).Distinct()];
        var places = strings.ToDictionary(s => s, s => (ulong)strings.TakeWhile(t => t != s).Sum(t => t.Length + 1));
        var stored = Enumerable.Range(0, count).Select(Sizes)
            .Select(s => s.Compressed == 0 ? s.Size : s.Compressed).ToArray();
        var (locations, offsets) = (new List<byte> { 0 }, new uint[slots]);
        for (var slot = 0; slot < slots; slot++)
        {
            if (owners[slot] is not { } owner)
                continue;
            offsets[slot] = (uint)locations.Count;
            ulong[] attributes =
            [
                .. names[owner].Select(n => places[n]), stored[..owner].Aggregate(0UL, (a, b) => a + b),
                Sizes(owner).Compressed, Sizes(owner).Size,
            ];
            for (var kind = 1; kind <= 7; kind++)
            {
                var digits = attributes[kind - 1].ToString("x", null);
                var bytes = Convert.FromHexString(digits.Length % 2 == 0 ? digits : "0" + digits);
                if (digits != "0")
                    locations.AddRange([(byte)(kind * 8 + bytes.Length - 1), .. bytes]);
            }
            locations.Add(0);
        }
        locations.AddRange(new byte[Number(skeleton, 5)]);
        byte[] texted = [.. Encoding.Latin1.GetBytes(string.Concat(strings.Select(s => s + "\0"))),
            .. new byte[Number(skeleton, 6)]];
        uint[] head = [Magic, Number(skeleton, 0), Number(skeleton, 1), Number(skeleton, 2), (uint)slots,
            (uint)locations.Count, (uint)texted.Length];
        return [.. Bytes(head), .. Bytes(redirects), .. Bytes(offsets), .. locations, .. texted];

        (ulong Size, ulong Compressed) Sizes(int index) =>
            (Number(skeleton[^(8 * count)..], index), Number(skeleton[^(4 * count)..], index));
    }

    private static (uint[] Redirects, int?[] Owners) Slots(string[] names, int slots)
    {
        var (redirects, owners) = (new uint[slots], new int?[slots]);
        var groups = Enumerable.Range(0, names.Length).GroupBy(i => Hash(names[i], 0x01000193) % slots)
            .OrderByDescending(g => g.Count()).ThenBy(g => g.Key);
        foreach (var group in groups)
        {
            if (group.Count() == 1)
            {
                var free = Array.IndexOf(owners, null);
                owners[free] = group.Single();
                redirects[group.Key] = (uint)(-1 - free);
                continue;
            }
            var seed = 0x01000194L;
            while (group.Select(i => Hash(names[i], seed) % slots).Distinct().Count() < group.Count()
                || group.Any(i => owners[Hash(names[i], seed) % slots] is not null))
                seed++;
            foreach (var index in group)
                owners[Hash(names[index], seed) % slots] = index;
            redirects[group.Key] = (uint)seed;
        }
        return (redirects, owners);
    }

    private static long Hash(string name, long seed) =>
        name.Aggregate(seed, (hash, letter) => ((hash * 0x01000193) ^ letter) & 0xFFFFFFFF) & 0x7FFFFFFF;

    private static string FullName(string[] name) =>
        (name[0] == "" ? "" : $"/{name[0]}/") + (name[1] == "" ? "" : $"{name[1]}/") + name[2]
        + (name[3] == "" ? "" : $".{name[3]}");

    private static string Text(PatchCursor texts)
    {
        var text = new StringBuilder();
        for (var next = texts.Byte(); next != 0; next = texts.Byte())
            text.Append((char)next);
        return text.ToString();
    }

    private static byte[] Bytes(IEnumerable<uint> numbers) => [.. numbers.SelectMany(BitConverter.GetBytes)];

    private static uint Number(byte[] bytes, int index) =>
        BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4 * index));
}
