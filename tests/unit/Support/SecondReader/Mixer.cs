using static Diffah.Tests.Support.SecondReader.MixNumbers;

namespace Diffah.Tests.Support.SecondReader;

/// <summary>How large a mixer is.</summary>
/// <param name="Contexts">How many contexts, those that are direct included.</param>
/// <param name="SlotBits">The logarithm of how many slots.</param>
/// <param name="Firsts">How many first sets of weights.</param>
/// <param name="Seconds">How many second ones.</param>
/// <param name="Lasts">How many last tables.</param>
/// <param name="Limit">The most that a slot counts.</param>
/// <param name="Rate">How slowly weights learn.</param>
internal readonly record struct MixerSize(
    int Contexts, int SlotBits, int Firsts, int Seconds, int Lasts, int Limit, int Rate);

/// <summary>Predicts bits by what was in their contexts before (context-mixing.md, "Mixers").</summary>
internal sealed class Mixer
{
    private const int Nowhere = -1;

    private readonly MixerSize _size;
    private readonly (int Probability, int Count)[] _slots;
    private readonly int[] _places;
    private readonly int[] _nodes;
    private readonly int[] _inputs;
    private readonly int[][][] _weights;
    private readonly int[][] _lasts;

    public Mixer(MixerSize size)
    {
        _size = size;
        _slots = new (int, int)[1 << size.SlotBits];
        Array.Fill(_slots, (1 << 21, 0));
        (_places, _nodes) = (new int[size.Contexts], new int[size.Contexts]);
        _inputs = new int[2 * size.Contexts + 1];
        _inputs[^1] = 256;
        int[] counts = [size.Firsts, size.Seconds, size.Contexts + 1];
        var start = 131072 / (_inputs.Length + 2);
        _weights = [.. counts.Select(c => Enumerable.Range(0, c)
            .Select(_ => Enumerable.Repeat(start, _inputs.Length).ToArray()).ToArray())];
        _lasts = [.. Enumerable.Range(0, size.Lasts).Select(
            _ => Enumerable.Range(-16, 33).Select(i => Squash(Clamp(i * 192))).ToArray())];
    }

    /// <summary>Points a context to the slot of its hash.</summary>
    public void Point(int context, uint hash) => _places[context] = (int)(hash >> (32 - _size.SlotBits));

    /// <summary>Points a context to the slots of a nibble.</summary>
    public void PointNibble(int context, uint hash)
    {
        Point(context, hash);
        _places[context] -= _places[context] % 16;
    }

    /// <summary>Points a context nowhere.</summary>
    public void Leave(int context) => _places[context] = Nowhere;

    /// <summary>Reads a nibble, or fewer bits.</summary>
    /// <param name="coder">The bits.</param>
    /// <param name="bits">How many.</param>
    /// <param name="direct">The first of the contexts that are set for each bit.</param>
    /// <param name="choose">Gives the sets and the table of a node, and points the direct contexts.</param>
    public int Nibble(RangeReader coder, int bits, int direct, Func<int, (int First, int Second, int Last)> choose)
    {
        var node = 1;
        for (var left = bits; left > 0; left--)
        {
            Array.Fill(_nodes, node, 0, direct);
            var (first, second, last) = choose(node);
            node = 2 * node + Bit(coder, first, second, last);
        }
        return node - (1 << bits);
    }

    /// <summary>Reads a bit.</summary>
    public int Bit(RangeReader coder, int first, int second, int last)
    {
        var hits = 0;
        for (var i = 0; i < _places.Length; i++)
            hits += Look(i);
        int[][] sets = [_weights[0][first], _weights[1][second], _weights[2][hits]];
        var logits = Array.ConvertAll(sets, Logit);
        var logit = logits.Sum() / logits.Length;
        var table = _lasts[last];
        var (step, rest) = Math.DivRem((logit + 3072) * 2, 384);
        var corrected = (table[step] * (384 - rest) + table[step + 1] * rest) / 384;
        var bit = coder.Bit(Math.Clamp((Squash(logit) + corrected + 1) >> 1, 6, 65529));
        for (var set = 0; set < sets.Length; set++)
            Learn(sets[set], bit * 65536 - Squash(logits[set]));
        var near = rest < 192 ? step : step + 1;
        table[near] += (bit * 65535 - table[near]) >> 5;
        for (var i = 0; i < _places.Length; i++)
            Remember(i, bit);
        return bit;
    }

    private int Look(int context)
    {
        var (probability, count) = _places[context] == Nowhere ? default : _slots[_places[context] + _nodes[context]];
        _inputs[context] = count == 0 ? 0 : Stretch(probability >> 10);
        _inputs[context + _places.Length] = count == 0 ? 0 : ((probability >> 6) - 32768) >> 6;
        return count == 0 ? 0 : 1;
    }

    private int Logit(int[] weights)
    {
        var sum = 0;
        for (var i = 0; i < weights.Length; i++)
            sum += (weights[i] * _inputs[i]) >> 4;
        return Clamp(sum >> 12);
    }

    private void Learn(int[] weights, int error)
    {
        for (var i = 0; i < weights.Length; i++)
        {
            var step = (_inputs[i] * error + (1 << (_size.Rate - 1))) >> _size.Rate;
            weights[i] = Math.Clamp(weights[i] + step, -524287, 524287);
        }
    }

    private void Remember(int context, int bit)
    {
        if (_places[context] == Nowhere)
            return;
        ref var slot = ref _slots[_places[context] + _nodes[context]];
        long rate = 655360 / (10 * slot.Count + 16);
        var aim = bit * ((1 << 22) - 1);
        slot.Probability += (int)(((aim - slot.Probability) * rate) >> 16);
        slot.Count = Math.Min(slot.Count + 1, _size.Limit);
    }
}
