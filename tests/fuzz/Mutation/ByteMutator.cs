using Diffah.Fuzz.Building;

namespace Diffah.Fuzz.Mutation;

/// <summary>Damage to bytes, whatever they mean.</summary>
internal static class ByteMutator
{
    private static readonly byte[] Interesting = [0, 1, 0x20, 0x22, 0x2F, 0x30, 0x39, 0x7F, 0x80, 0xFE, 0xFF];

    public static byte[] Mutate(byte[] bytes, Dice dice)
    {
        for (var times = 1 + dice.Length(6); times > 0; times--)
            bytes = Once(bytes, dice);
        return bytes;
    }

    private static byte[] Once(byte[] bytes, Dice dice)
    {
        if (bytes.Length == 0)
            return dice.Bytes(dice.Length(64));
        var at = dice.Below(bytes.Length);
        var length = Math.Min(1 + dice.Length(512), bytes.Length - at);
        return dice.Below(8) switch
        {
            0 => bytes[..at],
            1 => [.. bytes[..at], .. bytes[(at + length)..]],
            2 => [.. bytes[..at], .. bytes[at..(at + length)], .. bytes[at..]],
            3 => [.. bytes[..at], .. dice.Bytes(length), .. bytes[at..]],
            4 => [.. bytes, .. dice.Bytes(length)],
            5 => [.. bytes[..at], .. new byte[length], .. bytes[(at + length)..]],
            6 => [.. bytes[..at], dice.Of<byte>(Interesting), .. bytes[(at + 1)..]],
            _ => [.. bytes[..at], (byte)(bytes[at] ^ (1 << dice.Below(8))), .. bytes[(at + 1)..]],
        };
    }
}
