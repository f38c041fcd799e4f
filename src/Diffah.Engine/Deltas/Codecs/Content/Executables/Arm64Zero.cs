using System.Buffers.Binary;

namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>Sets what instructions of arm64 say of addresses to zero, so that the same code looks the same.</summary>
internal static class Arm64Zero
{
    public static void Clear(Span<byte> code)
    {
        for (var at = code.Length / 4 * 4 - 4; at >= 0; at -= 4)
        {
            var instruction = Arm64Fields.Read(code, at);
            var cleared = Cleared(code, at, instruction);
            if (cleared != instruction)
                BinaryPrimitives.WriteUInt32LittleEndian(code[at..], cleared);
        }
    }

    private static uint Cleared(ReadOnlySpan<byte> code, int at, uint instruction)
    {
        if (Arm64Fields.IsBranch(instruction))
            return instruction & 0xFC00_0000;
        if (Arm64Fields.IsPage(instruction))
            return instruction & 0x9F00_001F;
        var shift = Arm64Fields.OffsetShift(instruction);
        return shift >= 0 && Arm64Fields.PageBefore(code, at, 0, instruction) is not Arm64Fields.None
            ? Arm64Fields.WithOffset(instruction, shift, 0) : instruction;
    }
}
