using Diffah.Engine.Compression.Mixing;

namespace Diffah.Tests.Compression.Mixing;

/// <summary>A mixer in plain loops, number by number: what the mixer with vectors has to come to.</summary>
internal sealed class PlainMixer
{
    private const int CountBits = 10;
    private const uint CountMask = (1 << CountBits) - 1;
    private const int SlotBits = 22;
    private const int WeightShift = 16;
    private const int MostWeight = (8 << WeightShift) - 1;
    private const int ProductShift = 4;
    private const int FinalSteps = 33;
    private const int FinalShift = 5;
    private const int DoubtShift = 6;
    private const int None = -1;

    private readonly MixerShape _shape;
    private readonly uint[] _slots;
    private readonly int[] _bases;
    private readonly int[] _indexes;
    private readonly int[] _logits;
    private readonly int[] _first;
    private readonly int[] _second;
    private readonly int[] _third;
    private int _hits;
    private readonly ushort[] _final;
    private readonly int[] _rates;

    public PlainMixer(MixerShape shape)
    {
        _shape = shape;
        _slots = new uint[1 << shape.SlotsLog];
        Array.Fill(_slots, 1u << 31);
        _bases = new int[shape.Contexts + shape.Direct];
        _indexes = new int[_bases.Length];
        _logits = new int[shape.Inputs];
        _logits[^1] = Logit.One;
        var weight = (1 << WeightShift) * 2 / (shape.Inputs + 2);
        _first = new int[shape.FirstSets * shape.Inputs];
        _second = new int[shape.SecondSets * shape.Inputs];
        Array.Fill(_first, weight);
        Array.Fill(_second, weight);
        _third = new int[32 * shape.Inputs];
        Array.Fill(_third, weight);
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

    public void SetNibble(int context, uint hash) =>
        _bases[context] = (int)(hash >> (32 - _shape.SlotsLog)) & ~(ContextMixer.NibbleSlots - 1);

    public void Set(int context, uint hash) => _bases[context] = (int)(hash >> (32 - _shape.SlotsLog));

    public void Clear(int context) => _bases[context] = None;

    public int Code(BitCoder coder, int bit, int node, int first, int second, int final)
    {
        var inputs = _shape.Inputs;
        var one = _first.AsSpan(first * inputs, inputs);
        var two = _second.AsSpan(second * inputs, inputs);
        Look(node);
        var three = _third.AsSpan(_hits * inputs, inputs);
        int sum1 = 0, sum2 = 0, sum3 = 0;
        for (var i = 0; i < inputs; i++)
        {
            sum1 += (one[i] * _logits[i]) >> ProductShift;
            sum2 += (two[i] * _logits[i]) >> ProductShift;
            sum3 += (three[i] * _logits[i]) >> ProductShift;
        }
        var logit1 = Math.Clamp(sum1 >> (WeightShift - ProductShift), -Logit.Most, Logit.Most);
        var logit2 = Math.Clamp(sum2 >> (WeightShift - ProductShift), -Logit.Most, Logit.Most);
        var logit3 = Math.Clamp(sum3 >> (WeightShift - ProductShift), -Logit.Most, Logit.Most);
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

    private void Look(int node)
    {
        _hits = 0;
        for (var i = 0; i < _bases.Length; i++)
        {
            var index = _bases[i];
            if (i < _shape.Contexts)
                index += node;
            _indexes[i] = index;
            if (index < 0)
            {
                _logits[i] = _logits[i + _bases.Length] = 0;
                continue;
            }
            var slot = _slots[index];
            var count = slot & CountMask;
            if (count > 0)
                _hits++;
            _logits[i] = count == 0 ? 0 : Logit.Of(slot >> (32 - Logit.InputBits));
            _logits[i + _bases.Length] = count == 0 ? 0 : ((int)(slot >> 16) - 32768) >> DoubtShift;
        }
    }

    private void Learn(Span<int> weights, int error)
    {
        var (shift, half) = (_shape.RateShift, 1 << (_shape.RateShift - 1));
        for (var i = 0; i < weights.Length; i++)
            weights[i] = Math.Clamp(weights[i] + (((_logits[i] * error) + half) >> shift), -MostWeight, MostWeight);
    }

    private void Remember(int bit)
    {
        foreach (var index in _indexes)
        {
            if (index < 0)
                continue;
            ref var slot = ref _slots[index];
            var (probability, count) = ((int)(slot >> CountBits), slot & CountMask);
            var aim = bit == 0 ? 0 : (1 << SlotBits) - 1;
            probability += (int)(((long)(aim - probability) * _rates[count]) >> 16);
            slot = ((uint)probability << CountBits) | (count < _shape.Limit ? count + 1 : count);
        }
    }
}
