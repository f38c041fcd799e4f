namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>How long an instruction of x86-64 is, and where in it four bytes may say an address.</summary>
/// <param name="Length">Its bytes; 0 where it is none.</param>
/// <param name="Displacement">Where what counts from the instruction is, from its begin; 0 for nowhere.</param>
/// <param name="Distance">Where a distance from registers is; 0 for nowhere.</param>
/// <param name="Number">Where a number is; 0 for nowhere.</param>
internal readonly record struct X64Instruction(int Length, int Displacement, int Distance, int Number)
{
    /// <summary>No instruction is longer.</summary>
    public const int MostLength = 15;

    private const int MostPrefixes = 14;
    private const byte Narrow = 0x66;

    // What follows an opcode: . nothing, x no opcode, m an operand, b a byte, w two, e three, z a number, r a distance
    // to jump, q eight bytes, v a number that may have eight; in capitals, an operand before it; G, an operand, and a
    // number if it is the first or second of its group (g: a byte).
    private const string One =
        "mmmmbzxxmmmmbzxx" + "mmmmbzxxmmmmbzxx" + "mmmmbzxxmmmmbzxx" + "mmmmbzxxmmmmbzxx"
        + "................" + "................" + "xxxmxxxxzZbB...." + "bbbbbbbbbbbbbbbb"
        + "BZxBmmmmmmmmmmmm" + "..........x....." + "qqqq....bz......" + "bbbbbbbbvvvvvvvv"
        + "BBw.xxBZe.w..bx." + "mmmmxxx.mmmmmmmm" + "bbbbbbbbrrxb...." + "x.xx..gG......mm";

    private const string Two =
        "mmmmx.....x.xm.B" + "mmmmmmmmmmmmmmmm" + "mmmmxxxxmmmmmmmm" + "........xxxxxxxx"
        + "mmmmmmmmmmmmmmmm" + "mmmmmmmmmmmmmmmm" + "mmmmmmmmmmmmmmmm" + "BBBBmmm.mmmmmmmm"
        + "rrrrrrrrrrrrrrrr" + "mmmmmmmmmmmmmmmm" + "...mBmxx...mBmmm" + "mmmmmmmmmmBmmmmm"
        + "mmBmBBBm........" + "mmmmmmmmmmmmmmmm" + "mmmmmmmmmmmmmmmm" + "mmmmmmmmmmmmmmmm";

    /// <summary>Reads the instruction that the code begins with.</summary>
    public static X64Instruction Read(ReadOnlySpan<byte> code)
    {
        var (at, isNarrow) = (0, false);
        while (at < Math.Min(code.Length, MostPrefixes) && IsPrefix(code[at]))
            isNarrow |= code[at++] == Narrow;
        var isWide = at < code.Length && (code[at] & 0xF8) == 0x48;
        if (at < code.Length && (code[at] & 0xF0) == 0x40)
            at++;
        if (at >= code.Length)
            return default;
        var opcode = code[at++];
        if (opcode is 0xC4 or 0xC5 or 0x62)
            return ReadVector(code, at, opcode);
        if (opcode != 0x0F)
            return Finish(code, at, One[opcode], isNarrow && !isWide, isWide);
        if (at >= code.Length)
            return default;
        opcode = code[at++];
        return opcode switch
        {
            0x38 => Finish(code, at + 1, 'm', false, false),
            0x3A => Finish(code, at + 1, 'B', false, false),
            _ => Finish(code, at, Two[opcode], false, false),
        };
    }

    /// <summary>Instructions of vectors say in two to four bytes which opcodes they mean.</summary>
    private static X64Instruction ReadVector(ReadOnlySpan<byte> code, int at, byte prefix)
    {
        var opcodeAt = at + (prefix == 0xC5 ? 1 : prefix == 0xC4 ? 2 : 3);
        if (opcodeAt >= code.Length)
            return default;
        var map = prefix == 0xC5 ? 1 : code[at] & (prefix == 0xC4 ? 0x1F : 0x07);
        var follows = map switch
        {
            1 => Two[code[opcodeAt]] is 'r' or 'x' ? 'm' : Two[code[opcodeAt]],
            3 => 'B',
            _ => 'm',
        };
        return Finish(code, opcodeAt + 1, follows, false, false);
    }

    private static bool IsPrefix(byte value) =>
        value is Narrow or 0x67 or 0xF0 or 0xF2 or 0xF3 or 0x2E or 0x36 or 0x3E or 0x26 or 0x64 or 0x65;

    private static X64Instruction Finish(ReadOnlySpan<byte> code, int at, char follows, bool isNarrow, bool isWide)
    {
        if (follows == 'x')
            return default;
        var (displacement, distance) = (0, 0);
        if (follows is 'm' or 'B' or 'Z' or 'g' or 'G')
        {
            if (at >= code.Length)
                return default;
            if (follows is 'g' or 'G')
                follows = (code[at] & 0x30) != 0 ? 'm' : follows == 'g' ? 'B' : 'Z';
            at = SkipOperand(code, at, out displacement, out distance);
        }
        var number = follows is 'z' or 'Z' or 'v' && !isNarrow && !(follows == 'v' && isWide) ? at : 0;
        if (follows == 'r')
            displacement = at;
        at += follows switch
        {
            'b' or 'B' => 1,
            'w' => 2,
            'e' => 3,
            'r' => 4,
            'q' => 8,
            'v' when isWide => 8,
            'z' or 'Z' or 'v' => isNarrow ? 2 : 4,
            _ => 0,
        };
        return at <= Math.Min(code.Length, MostLength) ? new(at, displacement, distance, number) : default;
    }

    /// <summary>Goes over an operand: a byte, for some another one, and a distance of one or four.</summary>
    private static int SkipOperand(ReadOnlySpan<byte> code, int at, out int displacement, out int distance)
    {
        (displacement, distance) = (0, 0);
        var (form, register) = (code[at] >> 6, code[at] & 7);
        at++;
        if (form == 3)
            return at;
        var isPlain = form == 0 && register == 5;
        if (register == 4)
        {
            if (at >= code.Length)
                return at + 1;
            if (form == 0 && (code[at] & 7) == 5)
                form = 2;
            at++;
        }
        if (isPlain)
            displacement = at;
        else if (form == 2)
            distance = at;
        return at + (isPlain || form == 2 ? 4 : form);
    }
}
