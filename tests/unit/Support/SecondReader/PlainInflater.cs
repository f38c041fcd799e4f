namespace Diffah.Tests.Support.SecondReader;

/// <summary>Inflates a deflate stream (RFC 1951), and says where it ends.</summary>
internal sealed class PlainInflater(byte[] input, int start, long most)
{
    private static readonly int[] Orders = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    private readonly List<byte> _output = [];
    private long _bit = 8L * start;

    /// <summary>The content, and the place behind the stream's last byte; null where it is no stream, or longer than
    /// it may be.</summary>
    public static (byte[] Content, int End)? Inflate(byte[] input, int start, long most)
    {
        var inflater = new PlainInflater(input, start, most);
        try
        {
            while (!inflater.Block())
            {
            }
        }
        catch (InvalidDataException)
        {
            return null;
        }
        return ([.. inflater._output], (int)((inflater._bit + 7) / 8));
    }

    private bool Block()
    {
        var isLast = Bits(1) == 1;
        switch (Bits(2))
        {
            case 0:
                Stored();
                break;
            case 1:
                Symbols([.. Enumerable.Range(0, 288).Select(i => i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8)],
                    [.. Enumerable.Repeat(5, 30)]);
                break;
            case 2:
                Dynamic();
                break;
            default:
                throw new InvalidDataException("a block of the reserved type");
        }
        return isLast;
    }

    private int Bits(int count)
    {
        var value = 0;
        for (var i = 0; i < count; i++, _bit++)
        {
            if (_bit / 8 >= input.Length)
                throw new InvalidDataException("the stream ends early");
            value |= ((input[_bit / 8] >> (int)(_bit % 8)) & 1) << i;
        }
        return value;
    }

    private void Stored()
    {
        _bit = (_bit + 7) / 8 * 8;
        var length = Bits(16);
        if ((Bits(16) ^ length) != 0xFFFF)
            throw new InvalidDataException("a stored block's length");
        for (; length > 0; length--)
            Put((byte)Bits(8));
    }

    private void Dynamic()
    {
        var (literals, distances, count) = (Bits(5) + 257, Bits(5) + 1, Bits(4) + 4);
        var own = new int[19];
        for (var i = 0; i < count; i++)
            own[Orders[i]] = Bits(3);
        var code = new Code(own);
        var lengths = new List<int>();
        while (lengths.Count < literals + distances)
        {
            var symbol = Read(code);
            var (value, times) = symbol switch
            {
                < 16 => (symbol, 1),
                16 when lengths.Count > 0 => (lengths[^1], 3 + Bits(2)),
                17 => (0, 3 + Bits(3)),
                18 => (0, 11 + Bits(7)),
                _ => throw new InvalidDataException("a repeat of nothing"),
            };
            lengths.AddRange(Enumerable.Repeat(value, times));
        }
        if (lengths.Count > literals + distances || literals > 286 || distances > 30)
            throw new InvalidDataException("too many code lengths");
        Symbols([.. lengths.Take(literals)], [.. lengths.Skip(literals)]);
    }

    private void Symbols(int[] literals, int[] distances)
    {
        var (symbols, places) = (new Code(literals), new Code(distances));
        for (int symbol; (symbol = Read(symbols)) != 256;)
        {
            if (symbol < 256)
            {
                Put((byte)symbol);
                continue;
            }
            var code = symbol - 257;
            if (code > 28)
                throw new InvalidDataException("a length of no kind");
            var extra = code is < 8 or 28 ? 0 : code / 4 - 1;
            var length = code == 28 ? 258 : code < 8 ? code + 3 : ((4 + code % 4) << extra) + 3 + Bits(extra);
            var place = Read(places);
            if (place > 29)
                throw new InvalidDataException("a distance of no kind");
            var more = place < 4 ? 0 : place / 2 - 1;
            var distance = place < 4 ? place + 1 : ((2 + place % 2) << more) + 1 + Bits(more);
            if (distance > _output.Count)
                throw new InvalidDataException("a distance before the content");
            for (; length > 0; length--)
                Put(_output[^distance]);
        }
    }

    private int Read(Code code)
    {
        var value = 0;
        for (var length = 1; length <= 15; length++)
        {
            value = (value << 1) | Bits(1);
            if (code.Symbols.TryGetValue((length, value), out var symbol))
                return symbol;
        }
        throw new InvalidDataException("a code of no symbol");
    }

    private void Put(byte value)
    {
        _output.Add(value);
        if (_output.Count > most)
            throw new InvalidDataException("the content is too long");
    }

    private sealed class Code
    {
        public Code(int[] lengths)
        {
            var next = 0;
            var left = 1 << 15;
            for (var length = 1; length <= 15; length++, next <<= 1)
            {
                for (var symbol = 0; symbol < lengths.Length; symbol++)
                {
                    if (lengths[symbol] != length)
                        continue;
                    Symbols[(length, next++)] = symbol;
                    left -= 1 << (15 - length);
                }
            }
            if (left < 0)
                throw new InvalidDataException("too many codes");
        }

        public Dictionary<(int Length, int Value), int> Symbols { get; } = [];
    }
}
