using System.Runtime.CompilerServices;

namespace Diffah.Engine.Tar;

/// <summary>Parts of an entry's headers that are written in one way or another.</summary>
internal enum TarPart
{
    /// <summary>All that stands for no property: the magic number, padding, keys that are not known.</summary>
    Header,

    /// <summary>The name.</summary>
    Name,

    /// <summary>The permissions, and bits beside them.</summary>
    Mode,

    /// <summary>The owner.</summary>
    Owner,

    /// <summary>The group.</summary>
    Group,

    /// <summary>The size, and the map of a sparse file.</summary>
    Content,

    /// <summary>The time of the last change.</summary>
    ModifiedTime,

    /// <summary>The other times.</summary>
    OtherTime,

    /// <summary>What a link leads to.</summary>
    Link,

    /// <summary>The numbers of a device.</summary>
    Device,

    /// <summary>The extended attributes.</summary>
    Attributes,

    /// <summary>The header before an extended header; 0 where there is none.</summary>
    ExtendedHeader,

    /// <summary>The time in that header; 0 where there is none.</summary>
    ExtendedTime,
}

/// <summary>
/// How an entry's headers are written, a fingerprint for each part. Two entries of equal properties are written alike
/// where all are equal. Where a property differs, what writes it differs for that reason, and says nothing.
/// </summary>
internal sealed class TarForm
{
    private const ulong Prime = 0x100000001B3; // of FNV-1a

    private Parts _parts;

    /// <summary>The fingerprint of a part.</summary>
    /// <param name="part">The part.</param>
    public ulong this[TarPart part] => _parts[(int)part];

    /// <summary>Adds bytes to a part.</summary>
    /// <param name="part">The part.</param>
    /// <param name="bytes">What is written.</param>
    public void Add(TarPart part, ReadOnlySpan<byte> bytes)
    {
        ref var hash = ref _parts[(int)part];
        hash = (hash ^ (uint)bytes.Length) * Prime;
        foreach (var value in bytes)
            hash = (hash ^ value) * Prime;
        hash ^= hash >> 29;
        hash += Prime;
    }

    /// <summary>Adds the shape of a number, whatever its digits are.</summary>
    /// <param name="part">The part.</param>
    /// <param name="field">The number's field.</param>
    public void AddShape(TarPart part, ReadOnlySpan<byte> field)
    {
        Span<byte> shape = stackalloc byte[field.Length];
        var length = 0;
        foreach (var value in field)
        {
            var kind = value is >= (byte)'0' and <= (byte)'7' ? (byte)'0' : value;
            if (length == 0 || shape[length - 1] != kind)
                shape[length++] = kind;
        }
        Add(part, shape[..length]);
    }

    [InlineArray(13)]
    private struct Parts
    {
        private ulong _first;
    }
}
