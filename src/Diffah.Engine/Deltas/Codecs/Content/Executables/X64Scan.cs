using System.Buffers.Binary;

namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>
/// Finds displacements in code of x86-64 without reading its instructions: four bytes behind what may be a call, a
/// jump, a conditional jump or an operand that counts from the instruction, if their target is in the file's image.
/// </summary>
internal static class X64Scan
{
    public const int FieldLength = 4;

    private const byte LoadAddress = 0x8D;
    private const uint LeastAddress = 0x1_0000;

    /// <summary>Marks the fields of a range, each by its distance from the range's begin.</summary>
    /// <param name="code">The bytes of the range.</param>
    /// <param name="address">The address of its first byte.</param>
    /// <param name="segments">The segments of its file.</param>
    /// <param name="marks">Where a field begins.</param>
    /// <param name="addresses">Where four bytes are an address in the image, if such are looked for.</param>
    /// <param name="loaded">Is told which addresses are loaded: jump tables begin at such.</param>
    public static void Mark(
        ReadOnlySpan<byte> code, long address, SegmentTable segments, BitSet marks, BitSet? addresses,
        Action<long>? loaded)
    {
        var position = 0;
        while (position <= code.Length - FieldLength - 1)
        {
            var field = FieldAt(code, position);
            var target = address + field + FieldLength;
            if (field > 0 && field + FieldLength <= code.Length)
                target += BinaryPrimitives.ReadInt32LittleEndian(code[field..]);
            else
                field = 0;
            if (field == 0 || segments.IndexOfAddress(target) < 0)
            {
                position += addresses is not null && IsAddress(code, position, segments, addresses) ? FieldLength : 1;
                continue;
            }
            marks.Set(field);
            if (loaded is not null && field >= 2 && code[field - 2] == LoadAddress && IsOperand(code[field - 1]))
                loaded(target);
            position = field + FieldLength;
        }
    }

    /// <summary>The same, by instructions: what is none is passed over byte by byte.</summary>
    public static void MarkInstructions(
        ReadOnlySpan<byte> code, long address, SegmentTable segments, BitSet marks, BitSet? addresses,
        Action<long>? loaded)
    {
        for (var position = 0; position < code.Length;)
        {
            var instruction = X64Instruction.Read(code[position..]);
            if (instruction.Displacement > 0)
            {
                var field = position + instruction.Displacement;
                var target = address + field + FieldLength + BinaryPrimitives.ReadInt32LittleEndian(code[field..]);
                if (segments.IndexOfAddress(target) >= 0)
                {
                    marks.Set(field);
                    if (loaded is not null && field >= 2 && code[field - 2] == LoadAddress)
                        loaded(target);
                }
            }
            if (addresses is not null)
            {
                MarkAddress(code, position, instruction.Distance, segments, addresses);
                MarkAddress(code, position, instruction.Number, segments, addresses);
            }
            position += Math.Max(1, instruction.Length);
        }
    }

    private static void MarkAddress(
        ReadOnlySpan<byte> code, int position, int field, SegmentTable segments, BitSet addresses)
    {
        if (field == 0)
            return;
        var value = BinaryPrimitives.ReadUInt32LittleEndian(code[(position + field)..]);
        if (value >= LeastAddress && segments.IndexOfAddress(value) >= 0)
            addresses.Set(position + field);
    }

    private static bool IsAddress(ReadOnlySpan<byte> code, int position, SegmentTable segments, BitSet addresses)
    {
        var value = BinaryPrimitives.ReadUInt32LittleEndian(code[position..]);
        if (value < LeastAddress || segments.IndexOfAddress(value) < 0 || !CanPrecede(code, position))
            return false;
        addresses.Set(position);
        return true;
    }

    /// <summary>
    /// Whether an address may follow the bytes before it: an instruction that takes one as a number, or an operand with
    /// a distance of four bytes.
    /// </summary>
    private static bool CanPrecede(ReadOnlySpan<byte> code, int position)
    {
        if (position < 2)
            return false;
        var (first, last) = (code[position - 2], code[position - 1]);
        return (last & 0xF8) == 0xB8 || last is 0x68 or 0x3D || (last & 0x07) == 0x05 || (last & 0xC0) == 0x80
            || first is 0x81 or 0xC7;
    }

    /// <summary>Where the field would be that the byte at a place announces, or 0.</summary>
    private static int FieldAt(ReadOnlySpan<byte> code, int position)
    {
        var value = code[position];
        if (value is 0xE8 or 0xE9 || IsOperand(value))
            return position + 1;
        return value == 0x0F && (code[position + 1] & 0xF0) == 0x80 ? position + 2 : 0;
    }

    private static bool IsOperand(byte value) => (value & 0xC7) == 0x05;
}
