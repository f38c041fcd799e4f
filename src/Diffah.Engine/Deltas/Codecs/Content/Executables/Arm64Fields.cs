using System.Buffers.Binary;

namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>Instructions of arm64 that hold a part of an address.</summary>
internal static class Arm64Fields
{
    public const int Length = 4;

    /// <summary>No address.</summary>
    public const long None = long.MinValue;

    /// <summary>A page and its offset are so many instructions apart at most.</summary>
    public const int Reach = 8;

    private const int PageBits = 12;
    private const uint ImmediateMask = 0xFFF << 10;

    /// <summary>A branch of 26 bits: B and BL.</summary>
    public static bool IsBranch(uint instruction) => (instruction & 0x7C00_0000) == 0x1400_0000;

    public static bool IsPage(uint instruction) => (instruction & 0x9F00_0000) == 0x9000_0000;

    public static long BranchTarget(uint instruction, long address) => address + ((int)(instruction << 6) >> 4);

    public static uint WithBranch(uint instruction, long address, long target) =>
        (instruction & 0xFC00_0000) | ((uint)((target - address) >> 2) & 0x03FF_FFFF);

    public static long PageTarget(uint instruction, long address)
    {
        var pages = ((int)(instruction << 8) >> 13 << 2) | ((int)(instruction >> 29) & 3);
        return ((address >> PageBits) + pages) << PageBits;
    }

    public static uint WithPage(uint instruction, long address, long target)
    {
        var pages = (uint)((target >> PageBits) - (address >> PageBits));
        return (instruction & 0x9F00_001F) | ((pages & 3) << 29) | (((pages >> 2) & 0x7_FFFF) << 5);
    }

    /// <summary>
    /// How far an instruction's offset within a page is shifted, or −1 for an instruction that has none: an addition
    /// of 12 bits, or a load or store with an offset of 12 bits.
    /// </summary>
    public static int OffsetShift(uint instruction)
    {
        if ((instruction & 0x7FC0_0000) == 0x1100_0000)
            return 0;
        if ((instruction & 0x3B00_0000) != 0x3900_0000)
            return -1;
        var isVector = (instruction & 0x0480_0000) == 0x0480_0000;
        return (int)(instruction >> 30) | (isVector ? 4 : 0);
    }

    public static uint WithOffset(uint instruction, int shift, long target) =>
        (instruction & ~ImmediateMask) | (((uint)(target & 0xFFF) >> shift) << 10);

    /// <summary>The address that a pair of a page and an offset make.</summary>
    public static long PairTarget(long page, uint instruction, int shift) =>
        page + ((long)((instruction & ImmediateMask) >> 10) << shift);

    /// <summary>The target of the page that the offset at a place counts from, or <see cref="None"/>.</summary>
    public static long PageBefore(ReadOnlySpan<byte> code, int position, long address, uint instruction)
    {
        var register = (instruction >> 5) & 31;
        for (var back = 1; back <= Reach && position >= Length * back; back++)
        {
            var other = Read(code, position - Length * back);
            if (IsPage(other) && (other & 31) == register)
                return PageTarget(other, address - Length * back);
            if (Writes(other, register))
                return None;
        }
        return None;
    }

    /// <summary>What the page at a place is for: with the first offset that counts from it, or its begin.</summary>
    public static long TargetOfPage(ReadOnlySpan<byte> code, int position, long address, uint instruction)
    {
        var page = PageTarget(instruction, address);
        var register = instruction & 31;
        for (var ahead = 1; ahead <= Reach && position + Length * (ahead + 1) <= code.Length; ahead++)
        {
            var other = Read(code, position + Length * ahead);
            var shift = ((other >> 5) & 31) == register ? OffsetShift(other) : -1;
            if (shift >= 0)
                return PairTarget(page, other, shift);
            if (Writes(other, register))
                break;
        }
        return page;
    }

    /// <summary>
    /// Whether an instruction seems to write a register: calls write the first 19; jumps, stores, and loads of vectors
    /// none; all others the one in their low five bits.
    /// </summary>
    private static bool Writes(uint instruction, uint register)
    {
        if (IsBranch(instruction))
            return instruction >> 31 != 0 && register < 19;
        var isJump = (instruction & 0x7C00_0000) == 0x3400_0000 || (instruction & 0xFE00_0000) == 0x5400_0000;
        var isStore = (instruction & 0x3A40_0000) is 0x2800_0000 or 0x3800_0000;
        var isVector = (instruction & 0x0E00_0000) == 0x0C00_0000 || (instruction & 0x3B00_0000) == 0x3D00_0000;
        return !isJump && !isStore && !isVector && (instruction & 31) == register;
    }

    public static uint Read(ReadOnlySpan<byte> code, int position) =>
        BinaryPrimitives.ReadUInt32LittleEndian(code[position..]);
}
