using System.Buffers.Binary;
using System.Text;
using Diffah.Engine.Compression;

namespace Diffah.Engine.Deltas.Codecs.Content.JavaImages;

/// <summary>Makes the header and the index of an image from its skeleton, as a linker of Java images does.</summary>
internal static class ImageIndex
{
    /// <summary>The skeleton of a file whose index is what is made from it; null for any other.</summary>
    public static ImageSkeleton? TryOpen(ReadOnlySpan<byte> file) =>
        ImageSkeleton.TryMake(file) is { } skeleton && TryMake(skeleton.Bytes, file.Length) is { } index
        && file.StartsWith(index)
            ? skeleton
            : null;

    /// <summary>Makes the index.</summary>
    /// <param name="skeleton">The skeleton.</param>
    /// <param name="most">How long the index may be.</param>
    /// <returns>Null where it does not follow from the skeleton, or is longer.</returns>
    public static byte[]? TryMake(ReadOnlyMemory<byte> skeleton, int most)
    {
        most = Math.Min(most, ImageHeader.LongestIndex);
        if (SkeletonNames.TryRead(skeleton) is not { } names)
            return null;
        var slots = names.Head(3);
        var (locationsPadding, stringsPadding) = (names.Head(5), names.Head(6));
        if (slots < names.Count || slots > ImageHeader.MostSlots
            || ImageHeader.Length + 2L * sizeof(int) * slots > most
            || Math.Max(locationsPadding, stringsPadding) > ImageSkeleton.MostPadding
            || SlotTable.TryMake(names, (int)slots) is not { } table)
            return null;
        var strings = new StringTable();
        var offsets = new int[slots];
        var locations = WriteLocations(table, Locate(names, strings), offsets);
        locations.Add(new byte[locationsPadding]);
        strings.Bytes.Add(new byte[stringsPadding]);
        var header = new ImageHeader(
            names.Head(0), names.Head(1), names.Head(2), (int)slots, locations.Count, strings.Bytes.Count);
        return header.IndexLength <= most
            ? Join(header, table.Redirects, offsets, locations.Written.Span, strings.Bytes.Written.Span)
            : null;
    }

    /// <summary>Resources follow one another, and strings are where they are first used.</summary>
    private static ImageLocation[] Locate(SkeletonNames names, StringTable strings)
    {
        var locations = new ImageLocation[names.Count];
        var offset = 0UL;
        for (var index = 0; index < locations.Length; index++)
        {
            var name = names[index];
            locations[index] = new()
            {
                Module = strings.Add(name.Module),
                Parent = strings.Add(name.Parent),
                Base = strings.Add(name.Base),
                Extension = strings.Add(name.Extension),
                Offset = offset,
                Compressed = names.Compressed(index),
                Size = names.Size(index),
            };
            offset += locations[index].Stored;
        }
        return locations;
    }

    /// <summary>Locations are in the order of slots, behind an empty one, which slots without a name have.</summary>
    private static ByteList WriteLocations(SlotTable table, ImageLocation[] locations, int[] offsets)
    {
        var output = new ByteList();
        default(ImageLocation).Write(output);
        for (var slot = 0; slot < offsets.Length; slot++)
        {
            if (table.Owners[slot] < 0)
                continue;
            offsets[slot] = output.Count;
            locations[table.Owners[slot]].Write(output);
        }
        return output;
    }

    private static byte[] Join(
        ImageHeader header, int[] redirects, int[] offsets, ReadOnlySpan<byte> locations, ReadOnlySpan<byte> strings)
    {
        var index = new byte[header.IndexLength];
        header.Write(index);
        Write(redirects, index.AsSpan(ImageHeader.RedirectsStart));
        Write(offsets, index.AsSpan((int)header.OffsetsStart));
        locations.CopyTo(index.AsSpan((int)header.LocationsStart));
        strings.CopyTo(index.AsSpan((int)header.LocationsStart + locations.Length));
        return index;
    }

    private static void Write(int[] numbers, Span<byte> output)
    {
        for (var index = 0; index < numbers.Length; index++)
            BinaryPrimitives.WriteInt32LittleEndian(output[(index * sizeof(int))..], numbers[index]);
    }

    /// <summary>The strings: each is there once, ended by NUL; the empty one and "class" come first.</summary>
    private sealed class StringTable
    {
        private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);

        public StringTable()
        {
            Add(""u8);
            Add("class"u8);
        }

        public ByteList Bytes { get; } = new();

        public ulong Add(ReadOnlySpan<byte> text)
        {
            var key = Encoding.Latin1.GetString(text);
            if (_places.TryGetValue(key, out var known))
                return (ulong)known;
            var place = Bytes.Count;
            _places.Add(key, place);
            Bytes.Add(text);
            Bytes.Add(0);
            return (ulong)place;
        }
    }
}
