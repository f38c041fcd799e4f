using System.Buffers.Binary;

namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>A record of .eh_frame: a CIE where the identifier is 0, or else an FDE.</summary>
/// <param name="Start">Where it begins in its section.</param>
/// <param name="End">Where the next one begins.</param>
/// <param name="Identifier">For an FDE, the distance from this number back to its CIE.</param>
internal readonly record struct UnwindRecord(int Start, int End, uint Identifier)
{
    /// <summary>A step without a record: the length was 0.</summary>
    public bool IsNone => End == Start + sizeof(uint);

    public bool IsCie => !IsNone && Identifier == 0;

    public bool IsFde => !IsNone && Identifier != 0;

    /// <summary>Where the CIE of an FDE begins in the section; any number.</summary>
    public long Cie => Start + 4L - Identifier;

    /// <summary>The record at a place; false at the end, and where what follows is none of 32 bits.</summary>
    public static bool TryRead(ReadOnlySpan<byte> section, int start, out UnwindRecord record)
    {
        record = default;
        if (start > section.Length - sizeof(uint))
            return false;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(section[start..]);
        var left = section.Length - start - sizeof(uint);
        if (length > left || length is > 0 and < sizeof(uint))
            return false;
        var identifier = length == 0 ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(section[(start + 4)..]);
        record = new(start, start + sizeof(uint) + (int)length, identifier);
        return true;
    }
}
