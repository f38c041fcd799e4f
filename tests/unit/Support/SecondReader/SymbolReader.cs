using static Diffah.Tests.Support.SecondReader.MixNumbers;

namespace Diffah.Tests.Support.SecondReader;

/// <summary>Numbers and bytes that are coded by nibbles (context-mixing.md, "Symbols").</summary>
/// <param name="coder">The bits.</param>
/// <param name="contexts">How many contexts.</param>
/// <param name="kinds">How many kinds of symbols.</param>
/// <param name="slotBits">The logarithm of how many slots.</param>
internal sealed class SymbolReader(RangeReader coder, int contexts, int kinds, int slotBits)
{
    private readonly Mixer _mixer = new(new MixerSize(contexts, slotBits, 8 * kinds, 128, kinds, 125, 14));

    public int Small(uint kind, params uint[] hashes) => Nibble(4, kind, 0, kind, hashes);

    public byte Byte(uint kind, params uint[] hashes)
    {
        var high = Nibble(4, kind, 0, kind, hashes);
        return (byte)(16 * high + Nibble(4, kind, 1, Hash(kind, (uint)high + 1), hashes));
    }

    public long Signed(uint kind, params uint[] hashes) => PatchCursor.Unfold(Number(kind, hashes));

    /// <summary>A number that has a bound.</summary>
    public int Count(long most, uint kind, params uint[] hashes)
    {
        var number = Number(kind, hashes);
        return number <= (ulong)most ? (int)number : throw new InvalidDataException($"{number} is more than {most}");
    }

    private ulong Number(uint kind, uint[] hashes)
    {
        var length = NumberLength(kind, hashes);
        if (length == 0)
            return 0;
        var (number, stage) = (1UL, 2);
        for (var left = length - 1; left > 0; stage = Math.Min(stage + 1, 7))
        {
            var bits = Math.Min(left, 4);
            var seed = Hash(kind + 256u * (uint)length, (uint)number, (uint)(number >> 32));
            number = (number << bits) | (uint)Nibble(bits, kind, stage, seed, hashes);
            left -= bits;
        }
        return number;
    }

    private int NumberLength(uint kind, uint[] hashes)
    {
        for (var length = 0; ;)
        {
            var more = Nibble(4, kind, length == 0 ? 0 : 1, kind + 65536u * (uint)length, hashes);
            length += more;
            if (length > 64)
                throw new InvalidDataException("a number has more than 64 bits");
            if (more < 15)
                return length;
        }
    }

    private int Nibble(int bits, uint kind, int stage, uint seed, uint[] hashes)
    {
        for (var i = 0; i < contexts; i++)
            _mixer.PointNibble(i, Hash(i < hashes.Length ? hashes[i] : 0, seed, (uint)i));
        return _mixer.Nibble(coder, bits, contexts, node => (8 * (int)kind + stage, 16 * stage + node, (int)kind));
    }
}
