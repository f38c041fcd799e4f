using System.Buffers.Binary;

namespace Diffah.Engine.Deltas.Codecs.Content.JavaImages;

/// <summary>A skeleton that is read: names and sizes of resources.</summary>
internal sealed class SkeletonNames
{
    // Names that share a directory are longer together than the skeleton; those of real images about twice as long.
    private const int MostSharing = 8;

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly NamePlace[] _places;
    private readonly int _sizes;

    private SkeletonNames(ReadOnlyMemory<byte> bytes, NamePlace[] places, int sizes, long length) =>
        (_bytes, _places, _sizes, TotalLength) = (bytes, places, sizes, length);

    /// <summary>How many there are.</summary>
    public int Count => _places.Length;

    /// <summary>Bytes of the texts of all names, NULs included.</summary>
    public long TotalLength { get; }

    /// <summary>Reads a skeleton; null where it is none.</summary>
    public static SkeletonNames? TryRead(ReadOnlyMemory<byte> skeleton)
    {
        // A resource has three bytes of names at least, and eight of sizes.
        if (skeleton.Length < ImageSkeleton.HeadLength
            || Number(skeleton.Span, 4) > (skeleton.Length - ImageSkeleton.HeadLength) / 11)
            return null;
        var places = new NamePlace[Number(skeleton.Span, 4)];
        var bytes = skeleton.Span[..^(2 * sizeof(uint) * places.Length)];
        var (at, directory, directoryLength, total) = (ImageSkeleton.HeadLength, -1, 0, 0L);
        for (var index = 0; index < places.Length; index++)
        {
            if (at >= bytes.Length)
                return null;
            var mark = bytes[at++];
            if (mark == ImageSkeleton.NewDirectory)
            {
                directory = at;
                if (!TrySkip(bytes, ref at) || !TrySkip(bytes, ref at))
                    return null;
                directoryLength = at - directory;
            }
            var file = at;
            if (mark > ImageSkeleton.NewDirectory || directory < 0
                || !TrySkip(bytes, ref at) || !TrySkip(bytes, ref at))
                return null;
            places[index] = new(directory, file);
            total += directoryLength + at - file;
        }
        return at == bytes.Length && total <= MostSharing * (long)skeleton.Length
            ? new(skeleton, places, at, total)
            : null;
    }

    /// <summary>A number of the skeleton's head.</summary>
    public uint Head(int index) => Number(_bytes.Span, index);

    /// <summary>The name of a resource.</summary>
    public ImageName this[int index] => new(
        Text(_places[index].Directory, 0), Text(_places[index].Directory, 1),
        Text(_places[index].File, 0), Text(_places[index].File, 1));

    /// <summary>Bytes of a resource when it is not compressed.</summary>
    public uint Size(int index) => Number(_bytes.Span[_sizes..], index);

    /// <summary>Bytes of a resource that is compressed; else 0.</summary>
    public uint Compressed(int index) => Number(_bytes.Span[_sizes..], Count + index);

    private ReadOnlySpan<byte> Text(int at, int behind)
    {
        var bytes = _bytes.Span[at..];
        for (; behind > 0; behind--)
            bytes = bytes[(bytes.IndexOf((byte)0) + 1)..];
        return bytes[..bytes.IndexOf((byte)0)];
    }

    private static bool TrySkip(ReadOnlySpan<byte> bytes, ref int at)
    {
        var length = bytes[at..].IndexOf((byte)0);
        at += length + 1;
        return length >= 0;
    }

    private static uint Number(ReadOnlySpan<byte> bytes, int index) =>
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[(index * sizeof(uint))..]);

    /// <summary>Where a name is.</summary>
    /// <param name="Directory">Module and parent.</param>
    /// <param name="File">Base and extension.</param>
    private readonly record struct NamePlace(int Directory, int File);
}

/// <summary>The name of a resource, "/module/parent/base.extension"; what is empty is left out with its sign.</summary>
internal readonly ref struct ImageName(
    ReadOnlySpan<byte> module, ReadOnlySpan<byte> parent, ReadOnlySpan<byte> @base, ReadOnlySpan<byte> extension)
{
    /// <summary>What a name is hashed with first.</summary>
    public const uint FirstSeed = 0x0100_0193;

    public ReadOnlySpan<byte> Module { get; } = module;

    public ReadOnlySpan<byte> Parent { get; } = parent;

    public ReadOnlySpan<byte> Base { get; } = @base;

    public ReadOnlySpan<byte> Extension { get; } = extension;

    /// <summary>Bytes of its texts, with a NUL for each.</summary>
    public int Length => Module.Length + Parent.Length + Base.Length + Extension.Length + 4;

    /// <summary>The hash of the name, not negative.</summary>
    public int Hash(uint seed)
    {
        if (!Module.IsEmpty)
            seed = Add(Add(Add(seed, "/"u8), Module), "/"u8);
        if (!Parent.IsEmpty)
            seed = Add(Add(seed, Parent), "/"u8);
        seed = Add(seed, Base);
        if (!Extension.IsEmpty)
            seed = Add(Add(seed, "."u8), Extension);
        return (int)(seed & int.MaxValue);
    }

    private static uint Add(uint hash, ReadOnlySpan<byte> bytes)
    {
        foreach (var next in bytes)
            hash = unchecked(hash * FirstSeed) ^ next;
        return hash;
    }
}
