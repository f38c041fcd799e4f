using System.Buffers.Binary;

namespace Diffah.Engine.Deltas.Codecs.Content.JavaImages;

/// <summary>The header of a Java runtime image: numbers of four bytes, of which the last say how long its index is.
/// </summary>
/// <param name="Version">The version of the format.</param>
/// <param name="Flags">Its flags.</param>
/// <param name="Resources">How many resources it says that it has.</param>
/// <param name="Slots">The length of the two tables.</param>
/// <param name="LocationsLength">Bytes of the locations.</param>
/// <param name="StringsLength">Bytes of the strings.</param>
internal readonly record struct ImageHeader(
    uint Version, uint Flags, uint Resources, int Slots, int LocationsLength, int StringsLength)
{
    /// <summary>Bytes of the header.</summary>
    public const int Length = 28;

    /// <summary>A longer index is not made.</summary>
    public const int LongestIndex = 1 << 25;

    /// <summary>Tables of more slots are not made.</summary>
    public const int MostSlots = 1 << 18;

    private const uint Magic = 0xCAFEDADA;

    /// <summary>Bytes of the header and the index: two tables, locations and strings. Resources follow.</summary>
    public long IndexLength => LocationsStart + LocationsLength + StringsLength;

    /// <summary>Where the table is that says in which slot the location of a name is.</summary>
    public static int RedirectsStart => Length;

    /// <summary>Where the table is that says where the location of a slot begins.</summary>
    public long OffsetsStart => Length + (long)Slots * sizeof(int);

    /// <summary>Where the locations are.</summary>
    public long LocationsStart => Length + 2L * Slots * sizeof(int);

    /// <summary>Reads the header of a file that has all of the index; false where it is none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> file, out ImageHeader header)
    {
        header = default;
        if (file.Length < Length || Number(file, 0) != Magic)
            return false;
        var (slots, locations, strings) = (Number(file, 4), Number(file, 5), Number(file, 6));
        if (slots > MostSlots || locations > LongestIndex || strings > LongestIndex)
            return false;
        header = new(Number(file, 1), Number(file, 2), Number(file, 3), (int)slots, (int)locations, (int)strings);
        return header.IndexLength <= Math.Min(file.Length, LongestIndex);
    }

    /// <summary>Writes the header at a file's beginning.</summary>
    public void Write(Span<byte> file)
    {
        Span<uint> numbers =
            [Magic, Version, Flags, Resources, (uint)Slots, (uint)LocationsLength, (uint)StringsLength];
        for (var index = 0; index < numbers.Length; index++)
            BinaryPrimitives.WriteUInt32LittleEndian(file[(index * sizeof(uint))..], numbers[index]);
    }

    private static uint Number(ReadOnlySpan<byte> file, int index) =>
        BinaryPrimitives.ReadUInt32LittleEndian(file[(index * sizeof(uint))..]);
}
