
namespace Diffah.Engine.Compression.Mixing;

/// <summary>How large a mixer is.</summary>
/// <param name="Contexts">Contexts that stand for a nibble of a symbol, or for one bit.</param>
/// <param name="Direct">Contexts that are set for each bit, or are not there.</param>
/// <param name="SlotsLog">How many slots all share, log2.</param>
/// <param name="FirstSets">Sets of weights of which the first selector takes one.</param>
/// <param name="SecondSets">Those of the second selector.</param>
/// <param name="FinalSets">Tables that correct what comes out.</param>
/// <param name="Limit">How many bits a slot remembers, at most 1020.</param>
/// <param name="RateShift">How slowly weights learn.</param>
internal readonly record struct MixerShape(
    int Contexts, int Direct, int SlotsLog, int FirstSets, int SecondSets, int FinalSets, int Limit, int RateShift)
{
    public int Inputs => (2 * (Contexts + Direct)) + 1;
}

/// <summary>
/// Predicts bits from what followed in the same contexts before: a slot for each context holds a probability, three
/// sets of weights mix their logits, and a last table corrects the outcome. All of it learns from each bit.
/// </summary>
internal sealed class ContextMixer : IDisposable
{
    /// <summary>Slots of a nibble: one cache line.</summary>
    public const int NibbleSlots = 16;

    private const int CountBits = 10;
    private const uint CountMask = (1 << CountBits) - 1;
    private const int SlotBits = 22;
    private const int WeightShift = 16;
    private const int SumShift = WeightShift - MixerKernel.ProductShift;
    private const int MostWeight = (8 << WeightShift) - 1;
    private const int FinalSteps = 33;
    private const int FinalShift = 5;
    private const int DoubtShift = 6;
    private const int None = -1;
    private const uint Unknown = 1u << 31;

    private readonly MixerShape _shape;

    // Begins with a cache line.
    private readonly ScratchMemory<uint> _slots;
    private readonly int _start;
    private readonly int[] _bases;
    private readonly int[] _indexes;

    // What is mixed, and the weights, in rows of whole vectors: what is behind the inputs stays zero, and says nothing.
    private readonly int _row;
    private readonly int[] _inputs;
    private readonly int[] _first;
    private readonly int[] _second;
    private readonly int[] _third;
    private readonly ushort[] _final;
    private readonly int[] _rates;

    public ContextMixer(MixerShape shape)
    {
        _shape = shape;
        _slots = new ScratchMemory<uint>((1 << shape.SlotsLog) + NibbleSlots);
        _start = (int)(-_slots.DangerousGetHandle() & ((NibbleSlots * sizeof(uint)) - 1)) / sizeof(uint);
        _slots.Span.Fill(Unknown);
        _bases = new int[shape.Contexts + shape.Direct];
        _indexes = new int[_bases.Length];
        _row = MixerKernel.RowLength(shape.Inputs);
        _inputs = new int[_row];
        _inputs[shape.Inputs - 1] = Logit.One;
        _first = MakeWeights(shape.FirstSets);
        _second = MakeWeights(shape.SecondSets);
        _third = MakeWeights(_bases.Length + 1);
        _final = new ushort[shape.FinalSets * FinalSteps];
        for (var index = 0; index < _final.Length; index++)
        {
            var logit = ((index % FinalSteps) - 16) * 192;
            _final[index] = (ushort)Logit.ToProbability(Math.Clamp(logit, -Logit.Most, Logit.Most));
        }
        _rates = new int[CountMask + 1];
        for (var count = 0; count < _rates.Length; count++)
            _rates[count] = (10 << 16) / ((10 * count) + 16);
    }

    public void Dispose() => _slots.Dispose();

    /// <summary>Says which slots a context has for the nibble that comes.</summary>
    public void SetNibble(int context, uint hash) =>
        _bases[context] = ((int)(hash >> (32 - _shape.SlotsLog)) & ~(NibbleSlots - 1)) + _start;

    /// <summary>Says which slot a context has for the bit that comes.</summary>
    public void Set(int context, uint hash) => _bases[context] = (int)(hash >> (32 - _shape.SlotsLog)) + _start;

    /// <summary>Says that a direct context says nothing of the bit that comes.</summary>
    public void Clear(int context) => _bases[context] = None;

    /// <summary>Codes a bit.</summary>
    /// <param name="coder">What writes or reads it.</param>
    /// <param name="bit">The bit, for a writer.</param>
    /// <param name="node">Which slot of the nibble; 0 for single bits.</param>
    /// <param name="first">Which of the first sets.</param>
    /// <param name="second">Which of the second sets.</param>
    /// <param name="final">Which of the last tables.</param>
    public int Code(BitCoder coder, int bit, int node, int first, int second, int final)
    {
        var known = Look(node);
        var one = _first.AsSpan(first * _row, _row);
        var two = _second.AsSpan(second * _row, _row);
        var three = _third.AsSpan(known * _row, _row);
        var sums = MixerKernel.Sum(one, two, three, _inputs);
        var logit1 = Math.Clamp(sums.One >> SumShift, -Logit.Most, Logit.Most);
        var logit2 = Math.Clamp(sums.Two >> SumShift, -Logit.Most, Logit.Most);
        var logit3 = Math.Clamp(sums.Three >> SumShift, -Logit.Most, Logit.Most);
        var logit = (logit1 + logit2 + logit3) / 3;
        var mixed = Logit.ToProbability(logit);
        // Between two steps of the last table.
        var step = (logit + (16 * 192)) * 2;
        var (at, part) = (step / 384, step % 384);
        at += final * FinalSteps;
        var corrected = ((_final[at] * (384 - part)) + (_final[at + 1] * part)) / 384;
        bit = coder.Code(bit, Math.Clamp((mixed + corrected + 1) >> 1, 6, 65529));
        var aim = bit << 16;
        Learn(one, aim - Logit.ToProbability(logit1));
        Learn(two, aim - Logit.ToProbability(logit2));
        Learn(three, aim - Logit.ToProbability(logit3));
        ref var near = ref _final[part < 192 ? at : at + 1];
        near = (ushort)(near + (((bit == 0 ? 0 : 65535) - near) >> FinalShift));
        Remember(bit);
        return bit;
    }

    private int[] MakeWeights(int sets)
    {
        var weights = new int[sets * _row];
        Array.Fill(weights, (1 << WeightShift) * 2 / (_shape.Inputs + 2));
        return weights;
    }

    /// <summary>Looks at the slots of all contexts.</summary>
    /// <returns>How many of them know something.</returns>
    private int Look(int node)
    {
        var (bases, indexes) = (_bases, _indexes);
        var slots = _slots.Span;
        var logits = _inputs.AsSpan(0, bases.Length);
        var doubts = _inputs.AsSpan(bases.Length, bases.Length);
        var known = 0;
        for (var i = 0; i < bases.Length && i < indexes.Length && i < logits.Length && i < doubts.Length; i++)
        {
            var index = bases[i] + (i < _shape.Contexts ? node : 0);
            indexes[i] = index;
            var slot = index < 0 ? Unknown : slots[index];
            // No branch: which slots know something is hard to guess. A slot that knows nothing says one half.
            var mask = -(int)(slot & CountMask) >> 31;
            known -= mask;
            logits[i] = Logit.Of(slot >> (32 - Logit.InputBits)) & mask;
            doubts[i] = ((int)(slot >> 16) - 32768) >> DoubtShift;
        }
        return known;
    }

    private void Learn(Span<int> weights, int error) =>
        MixerKernel.Add(weights, _inputs, error, _shape.RateShift, MostWeight);

    private void Remember(int bit)
    {
        var (rates, limit) = (_rates, (uint)_shape.Limit);
        var slots = _slots.Span;
        var aim = bit == 0 ? 0 : (1 << SlotBits) - 1;
        foreach (var index in _indexes)
        {
            if (index < 0)
                continue;
            ref var slot = ref slots[index];
            var (probability, count) = ((int)(slot >> CountBits), slot & CountMask);
            probability += (int)(((long)(aim - probability) * rates[count]) >> 16);
            slot = ((uint)probability << CountBits) | (count < limit ? count + 1 : count);
        }
    }
}
