using System.Text;
using Diffah.Fuzz.Building;

namespace Diffah.Fuzz.Mutation;

/// <summary>Damage to a tar that leaves it a tar: headers keep right checksums, entries stay on their blocks.</summary>
internal static class TarMutator
{
    private const int Block = 512;
    private const int SizeAt = 124;
    private const int TypeAt = 156;

    public static byte[] Mutate(byte[] tar, Dice dice)
    {
        if (dice.OneIn(6))
            return ByteMutator.Mutate(tar, dice);
        var entries = Split(tar);
        for (var times = 1 + dice.Length(8); times > 0 && entries.Count > 0; times--)
            Once(entries, dice);
        var end = dice.Of(0, Block, 2 * Block, 2 * Block, 2 * Block, 20 * Block, 100);
        return [.. entries.SelectMany(entry => entry), .. new byte[end]];
    }

    private static void Once(List<byte[]> entries, Dice dice)
    {
        var at = dice.Below(entries.Count);
        switch (dice.Below(7))
        {
            case 0:
                entries.RemoveAt(at);
                break;
            case 1:
                entries.Insert(dice.Below(entries.Count + 1), entries[at]);
                break;
            case 2:
                (entries[0], entries[at]) = (entries[at], entries[0]);
                break;
            case 3:
                entries.Insert(at, HostileEntry(dice));
                break;
            default:
                entries[at] = Header(entries[at], dice);
                break;
        }
    }

    private static byte[] Header(byte[] entry, Dice dice)
    {
        var changed = (byte[])entry.Clone();
        switch (dice.Below(6))
        {
            case 0:
                Put(changed, 0, 100, HostileText.Of(dice));
                break;
            case 1:
                Put(changed, SizeAt, 12, Number(dice));
                break;
            case 2:
                changed[TypeAt] = (byte)dice.Of('0', '\0', '1', '2', '3', '4', '5', '6', '7', 'x', 'g', 'L', 'K', 'S',
                    'D', 'M', 'N', 'V', 'A', '?');
                break;
            case 3:
                Put(changed, 157, 100, HostileText.Of(dice));
                break;
            case 4:
                Put(changed, dice.Of(100, 108, 116, 136, 257, 263, 329, 345), 8, Number(dice));
                break;
            default:
                dice.Bytes(8).CopyTo(changed, dice.Below(Block - 8));
                return changed; // without a right checksum
        }
        return WithChecksum(changed);
    }

    /// <summary>An extension header or an odd entry, with contents that readers have to bound.</summary>
    private static byte[] HostileEntry(Dice dice)
    {
        var content = Encoding.UTF8.GetBytes(dice.Below(6) switch
        {
            0 => Record("path", HostileText.Of(dice)),
            1 => Record("size", dice.Of("0", "-1", "1", "513", "99999999999999999999", "9223372036854775807", "")),
            2 => string.Concat(Enumerable.Repeat(Record("SCHILY.xattr.user.a", "b"), dice.Of(1, 50, 3000))),
            3 => Record("GNU.sparse.major", "1") + Record("GNU.sparse.minor", dice.Of("0", "1"))
                + Record("GNU.sparse.realsize", dice.Of("0", "512", "8589934592", "9223372036854775807", "-1"))
                + Record("GNU.sparse.name", HostileText.Of(dice)),
            4 => dice.Of("", "5 a=b\n", "999999999 a=b\n", "6 a=b\n", " a=b\n", "-5 a=\n", "3 \n", "10 path=x\0\n\n"),
            _ => HostileText.Of(dice) + "\0",
        });
        var entry = new byte[Block + ((content.Length + Block - 1) / Block * Block)];
        Put(entry, 0, 100, "extra");
        Put(entry, SizeAt, 12, Convert.ToString(content.Length, 8).PadLeft(11, '0'));
        Put(entry, 257, 8, dice.Of("ustar\0" + "00", "ustar  "));
        entry[TypeAt] = (byte)dice.Of('x', 'x', 'g', 'L', 'K', 'S', '0');
        content.CopyTo(entry, Block);
        return WithChecksum(entry);
    }

    private static string Record(string key, string value)
    {
        var rest = $" {key}={value}\n";
        var bytes = Encoding.UTF8.GetByteCount(rest);
        var length = bytes + 1;
        while (length != bytes + $"{length}".Length)
            length = bytes + $"{length}".Length;
        return length + rest;
    }

    private static string Number(Dice dice) => dice.Of("", "0", "1", "777", "1000", "77777777777", "777777777777",
        "-1", "08", " 12 ", "\x80\0\0\0\0\0\0\0\0\0\x10\0", "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF",
        "\x80\0\0\0\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF", "\x80\0\0\0\0\0\0\x04\0\0\0\0");

    private static void Put(byte[] entry, int at, int length, string text)
    {
        entry.AsSpan(at, length).Clear();
        var bytes = Encoding.Latin1.GetBytes(text);
        bytes.AsSpan(0, Math.Min(length, bytes.Length)).CopyTo(entry.AsSpan(at));
    }

    private static byte[] WithChecksum(byte[] entry)
    {
        Put(entry, 148, 8, "        ");
        var sum = entry.AsSpan(0, Block).ToArray().Sum(b => b);
        Put(entry, 148, 8, Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ");
        return entry;
    }

    private static List<byte[]> Split(byte[] tar)
    {
        var entries = new List<byte[]>();
        for (var at = 0; at + Block <= tar.Length && tar[at] != 0;)
        {
            var octal = Encoding.ASCII.GetString(tar, at + SizeAt, 11);
            var size = octal.All(c => c is >= '0' and <= '7') ? Convert.ToInt64(octal, 8) : 0;
            var next = (int)Math.Min(tar.Length, at + Block + ((size + Block - 1) / Block * Block));
            entries.Add(tar[at..next]);
            at = next;
        }
        return entries;
    }
}
