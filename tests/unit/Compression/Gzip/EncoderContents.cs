using System.Text;

namespace Diffah.Tests.Compression.Gzip;

/// <summary>
/// Contents of many kinds, the same bytes each time. Real encoders were given these very bytes, so that a change here
/// asks for all digests anew.
/// </summary>
internal static class EncoderContents
{
    public static IReadOnlyList<string> Kinds { get; } =
        ["text", "records", "zeros", "random", "copies", "mixed", "bytes"];

    /// <summary>What the digests are over: around every size at which an encoder does something else.</summary>
    public static IEnumerable<(string Kind, int Size)> All =>
        from kind in Kinds
        from size in (int[])
        [
            0, 1, 2, 16, 17, 31, 32, 33, 127, 128, 129, 5000, 65534, 65535, 65536, 65535 + 128, 131_070, 131_071,
            262_143, 262_144, 262_145, 400_000, .. kind == "mixed" ? LargeSizes : [],
        ]
        select (kind, size);

    private static int[] LargeSizes => [(1 << 20) - 1, 1 << 20, (1 << 20) + 1, 2_500_000];

    public static byte[] Make(string kind, int size)
    {
        var bytes = new byte[size];
        Fill(kind, bytes, new Numbers((ulong)Kinds.ToList().IndexOf(kind) + 1));
        return bytes;
    }

    private static void Fill(string kind, Span<byte> bytes, Numbers numbers)
    {
        switch (kind)
        {
            case "text":
                FillText(bytes, numbers);
                break;
            case "records":
                FillRecords(bytes, numbers);
                break;
            case "zeros":
                bytes.Clear();
                break;
            case "random":
                FillRandom(bytes, numbers);
                break;
            case "copies":
                FillCopies(bytes, numbers);
                break;
            case "mixed":
                FillMixed(bytes, numbers);
                break;
            case "bytes":
                FillSkewed(bytes, numbers);
                break;
            default:
                throw new ArgumentException(kind);
        }
    }

    /// <summary>Words of a small language, the early ones more often.</summary>
    private static void FillText(Span<byte> bytes, Numbers numbers)
    {
        var words = Enumerable.Range(0, 3000).Select(_ => Word(numbers)).ToArray();
        for (var i = 0; i < bytes.Length;)
        {
            var word = words[numbers.Below(1 + numbers.Below(words.Length))];
            var count = Math.Min(word.Length, bytes.Length - i);
            word.AsSpan(0, count).CopyTo(bytes[i..]);
            i += count;
            if (i < bytes.Length)
                bytes[i++] = (byte)(numbers.Below(12) == 0 ? '\n' : ' ');
        }
    }

    private static byte[] Word(Numbers numbers)
    {
        var letters = new StringBuilder();
        for (var i = 0; i < 2 + numbers.Below(9); i++)
            letters.Append((char)('a' + numbers.Below(1 + numbers.Below(26))));
        return Encoding.ASCII.GetBytes(letters.ToString());
    }

    /// <summary>Records of a counter, small numbers and a few random bytes, as in tables of binaries.</summary>
    private static void FillRecords(Span<byte> bytes, Numbers numbers)
    {
        var record = new byte[24];
        for (int i = 0, index = 0; i < bytes.Length; i += record.Length, index++)
        {
            BitConverter.TryWriteBytes(record, index * 64);
            record[8] = (byte)numbers.Below(4);
            record[9] = (byte)numbers.Below(256);
            record[12] = (byte)numbers.Below(1 + numbers.Below(256));
            record[16] = (byte)(index / 50);
            record.AsSpan(0, Math.Min(record.Length, bytes.Length - i)).CopyTo(bytes[i..]);
        }
    }

    private static void FillRandom(Span<byte> bytes, Numbers numbers)
    {
        foreach (ref var value in bytes)
            value = (byte)numbers.Below(256);
    }

    /// <summary>Bytes without repeats, some far more often than others.</summary>
    private static void FillSkewed(Span<byte> bytes, Numbers numbers)
    {
        foreach (ref var value in bytes)
            value = (byte)numbers.Below(1 + numbers.Below(1 + numbers.Below(256)));
    }

    /// <summary>Pieces of what came before, at all distances up to beyond the window, between random bytes.</summary>
    private static void FillCopies(Span<byte> bytes, Numbers numbers)
    {
        for (var i = 0; i < bytes.Length;)
        {
            for (var fresh = numbers.Below(12); fresh > 0 && i < bytes.Length; fresh--)
                bytes[i++] = (byte)numbers.Below(256);
            var distance = Math.Min(i, 1 + numbers.Below(numbers.Below(3) == 0 ? 200 : 40_000));
            var length = 3 + numbers.Below(numbers.Below(20) == 0 ? 2000 : 40);
            for (; length > 0 && i < bytes.Length && distance > 0; length--, i++)
                bytes[i] = bytes[i - distance];
        }
    }

    /// <summary>Stretches of all other kinds, from a hundred bytes to beyond a block.</summary>
    private static void FillMixed(Span<byte> bytes, Numbers numbers)
    {
        while (!bytes.IsEmpty)
        {
            var kind = Kinds[numbers.Below(5)];
            var length = Math.Min(bytes.Length, 100 + numbers.Below(1 << (8 + numbers.Below(10))));
            Fill(kind, bytes[..length], numbers);
            bytes = bytes[length..];
        }
    }

    /// <summary>Marsaglia's xorshift with a multiplication (xorshift64*).</summary>
    private sealed class Numbers(ulong seed)
    {
        private ulong _state = seed * 0x9e3779b97f4a7c15;

        public int Below(int limit)
        {
            _state ^= _state >> 12;
            _state ^= _state << 25;
            _state ^= _state >> 27;
            return (int)(((_state * 0x2545f4914f6cdd1d) >> 33) % (ulong)limit);
        }
    }
}
