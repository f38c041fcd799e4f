namespace Diffah.Tests.Support.SecondReader;

/// <summary>
/// An instruction of x86-64 (executables.md, "Instructions"). Places in it count from its begin, and 0 is nowhere.
/// </summary>
internal readonly record struct Instruction(int Length, int Displacement, int Distance, int Number)
{
    private const int Longest = 15;
    private const int MostPrefixes = 14;

    private static readonly byte[] Prefixes =
        [0x66, 0x67, 0xF0, 0xF2, 0xF3, 0x2E, 0x36, 0x3E, 0x26, 0x64, 0x65];

    // As the page has them, 16 a line.
    private static readonly string[] OneByte =
    [
        "mmmmbzxxmmmmbzxx", "mmmmbzxxmmmmbzxx", "mmmmbzxxmmmmbzxx", "mmmmbzxxmmmmbzxx", "................",
        "................", "xxxmxxxxzZbB....", "bbbbbbbbbbbbbbbb", "BZxBmmmmmmmmmmmm", "..........x.....",
        "qqqq....bz......", "bbbbbbbbvvvvvvvv", "BBw.xxBZe.w..bx.", "mmmmxxx.mmmmmmmm", "bbbbbbbbrrxb....",
        "x.xx..gG......mm",
    ];

    private static readonly string[] BehindZeroF =
    [
        "mmmmx.....x.xm.B", "mmmmmmmmmmmmmmmm", "mmmmxxxxmmmmmmmm", "........xxxxxxxx", "mmmmmmmmmmmmmmmm",
        "mmmmmmmmmmmmmmmm", "mmmmmmmmmmmmmmmm", "BBBBmmm.mmmmmmmm", "rrrrrrrrrrrrrrrr", "mmmmmmmmmmmmmmmm",
        "...mBmxx...mBmmm", "mmmmmmmmmmBmmmmm", "mmBmBBBm........", "mmmmmmmmmmmmmmmm", "mmmmmmmmmmmmmmmm",
        "mmmmmmmmmmmmmmmm",
    ];

    /// <summary>The instruction that bytes begin with; null where there is none.</summary>
    public static Instruction? At(ReadOnlySpan<byte> code)
    {
        try
        {
            // What is behind the code is none of it: such an instruction is too long.
            var bytes = new byte[64];
            code[..Math.Min(code.Length, 32)].CopyTo(bytes);
            return Read(bytes) is { } found && found.Length <= Math.Min(code.Length, Longest) ? found : null;
        }
        catch (IndexOutOfRangeException)
        {
            return null;
        }
    }

    private static Instruction? Read(byte[] code)
    {
        var at = 0;
        while (at < MostPrefixes && Prefixes.Contains(code[at]))
            at++;
        var isNarrow = code.AsSpan(0, at).Contains((byte)0x66);
        var isWide = code[at] is >= 0x48 and <= 0x4F;
        if (code[at] is >= 0x40 and <= 0x4F)
            at++;
        var opcode = code[at++];
        switch (opcode)
        {
            case 0xC5:
                return Rest(code, at + 2, Vector(code[at + 1], 1), false, false);
            case 0xC4:
                return Rest(code, at + 3, Vector(code[at + 2], code[at] & 31), false, false);
            case 0x62:
                return Rest(code, at + 4, Vector(code[at + 3], code[at] & 7), false, false);
            case 0x0F when code[at] is 0x38 or 0x3A:
                return Rest(code, at + 2, code[at] == 0x38 ? 'm' : 'B', false, false);
            case 0x0F:
                return Rest(code, at + 1, BehindZeroF[code[at] / 16][code[at] % 16], false, false);
            default:
                return Rest(code, at, OneByte[opcode / 16][opcode % 16], isNarrow && !isWide, isWide);
        }
    }

    private static char Vector(byte opcode, int map)
    {
        var follows = BehindZeroF[opcode / 16][opcode % 16];
        return map switch
        {
            1 => follows is 'r' or 'x' ? 'm' : follows,
            3 => 'B',
            _ => 'm',
        };
    }

    private static Instruction? Rest(byte[] code, int at, char follows, bool isNarrow, bool isWide)
    {
        if (follows is 'g' or 'G')
            follows = (code[at] & 0x30) != 0 ? 'm' : follows == 'g' ? 'B' : 'Z';
        var (displacement, distance) = (0, 0);
        if (follows is 'm' or 'B' or 'Z')
        {
            var (mod, rm) = (code[at] >> 6, code[at] & 7);
            at++;
            var hasNoBase = mod == 0 && rm == 4 && (code[at] & 7) == 5;
            at += mod != 3 && rm == 4 ? 1 : 0;
            if (mod == 0 && rm == 5)
                displacement = at;
            else if (mod == 2 || hasNoBase)
                distance = at;
            at += displacement > 0 || distance > 0 ? 4 : mod == 1 ? 1 : 0;
        }
        if (follows == 'r')
            displacement = at;
        var number = follows switch
        {
            'z' or 'Z' => isNarrow ? 2 : 4,
            'v' => isWide ? 8 : isNarrow ? 2 : 4,
            _ => 0,
        };
        var length = at + number + (follows switch
        {
            'b' or 'B' => 1,
            'w' => 2,
            'e' => 3,
            'r' => 4,
            'q' => 8,
            _ => 0,
        });
        return follows == 'x' ? null : new(length, displacement, distance, number == 4 ? at : 0);
    }
}
