using System.Buffers.Binary;
using Diffah.Engine.Compression;

namespace Diffah.Engine.Deltas.Codecs.Content.JavaImages;

/// <summary>
/// What an index of an image is made from: the numbers of its header, and the names and sizes of its resources, in
/// the order in which they are in the image.
/// </summary>
/// <param name="Bytes">The skeleton.</param>
/// <param name="IndexLength">Bytes of the header and the index that it was made of.</param>
internal sealed record ImageSkeleton(ReadOnlyMemory<byte> Bytes, int IndexLength)
{
    /// <summary>A longer skeleton is not read.</summary>
    public const int Longest = 1 << 24;

    /// <summary>Bytes of the numbers at its beginning.</summary>
    public const int HeadLength = 7 * sizeof(uint);

    /// <summary>Before a resource that is in another module or parent than the one before: these follow.</summary>
    public const byte NewDirectory = 1;

    /// <summary>Before a resource that is in the same module and parent as the one before.</summary>
    public const byte SameDirectory = 0;

    /// <summary>No more bytes than this stand behind the last location, and behind the last string.</summary>
    public const int MostPadding = 255;

    /// <summary>Makes the skeleton of a file; null where it is no image, or one of a form that is not known.</summary>
    public static ImageSkeleton? TryMake(ReadOnlySpan<byte> file)
    {
        if (!ImageHeader.TryRead(file, out var header))
            return null;
        var locations = new ImageLocations(file, header);
        if (!locations.TryRead() || WriteNames(locations) is not { } names)
            return null;
        var skeleton = new ByteList();
        ReadOnlySpan<uint> head =
        [
            header.Version, header.Flags, header.Resources, (uint)header.Slots, (uint)locations.Ordered.Count,
            Padding(header.LocationsLength - locations.End), Padding(header.StringsLength - locations.StringsEnd),
        ];
        foreach (var number in head)
            AddNumber(skeleton, number);
        skeleton.Add(names.Written.Span);
        foreach (var location in locations.Ordered)
            AddNumber(skeleton, (uint)location.Size);
        foreach (var location in locations.Ordered)
            AddNumber(skeleton, (uint)location.Compressed);
        return skeleton.Count <= Longest ? new(skeleton.Written, (int)header.IndexLength) : null;
    }

    private static uint Padding(int length) => (uint)Math.Min(length, MostPadding);

    private static ByteList? WriteNames(ImageLocations locations)
    {
        var names = new ByteList();
        var last = default(ImageLocation);
        foreach (var location in locations.Ordered)
        {
            // The same string is there once.
            if (names.Count > 0 && location.Module == last.Module && location.Parent == last.Parent)
                names.Add(SameDirectory);
            else
            {
                names.Add(NewDirectory);
                if (!TryAdd(names, locations, location.Module) || !TryAdd(names, locations, location.Parent))
                    return null;
            }
            if (!TryAdd(names, locations, location.Base) || !TryAdd(names, locations, location.Extension))
                return null;
            last = location;
        }
        return names;
    }

    private static bool TryAdd(ByteList names, ImageLocations locations, ulong place)
    {
        if (!locations.TryString(place, Longest - names.Count, out var text))
            return false;
        names.Add(text);
        return true;
    }

    private static void AddNumber(ByteList output, uint number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
        output.Add(bytes);
    }
}
