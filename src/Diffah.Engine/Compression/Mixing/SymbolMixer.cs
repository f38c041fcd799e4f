using System.Numerics;

namespace Diffah.Engine.Compression.Mixing;

/// <summary>Numbers and bytes, coded nibble by nibble, each in the contexts that it is given.</summary>
internal sealed class SymbolMixer : IDisposable
{
    private const int MostLength = 64;
    private const int Stages = 8;
    private const int Nibbles = 1 << 4;

    private readonly ContextMixer _mixer;
    private readonly int _contexts;
    private readonly int _kinds;

    /// <param name="contexts">How many contexts a symbol has.</param>
    /// <param name="kinds">How many kinds of symbols there are.</param>
    /// <param name="slotsLog">How many slots there are, log2.</param>
    /// <param name="limit">How many bits a slot remembers.</param>
    public SymbolMixer(int contexts, int kinds, int slotsLog, int limit)
    {
        (_contexts, _kinds) = (contexts, kinds);
        _mixer = new ContextMixer(
            new MixerShape(contexts, 0, slotsLog, kinds * Stages, Stages * Nibbles, kinds, limit, RateShift: 14));
    }

    public void Dispose() => _mixer.Dispose();

    /// <summary>Codes a number: its length in bits, then the bits under the first.</summary>
    /// <param name="coder">What writes or reads it.</param>
    /// <param name="value">The number, for a writer.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="contexts">The contexts; the kind is no part of them.</param>
    public ulong CodeNumber(BitCoder coder, ulong value, int kind, ReadOnlySpan<uint> contexts)
    {
        var length = CodeLength(coder, 64 - BitOperations.LeadingZeroCount(value), kind, contexts);
        if (length < 2)
            return (ulong)length;
        var (result, stage) = (1UL, 2);
        for (var left = length - 1; left > 0; stage++)
        {
            var bits = Math.Min(left, 4);
            left -= bits;
            var seed = Hash.Of((uint)(kind + (length << 8)), (uint)result, (uint)(result >> 32));
            var nibble = CodeNibble(
                coder, (int)(value >> left) & ((1 << bits) - 1), bits, kind, Math.Min(stage, Stages - 1), seed,
                contexts);
            result = (result << bits) | (uint)nibble;
        }
        return result;
    }

    /// <summary>Codes a number that may be negative.</summary>
    public long CodeSigned(BitCoder coder, long value, int kind, ReadOnlySpan<uint> contexts)
    {
        var bits = CodeNumber(coder, (ulong)((value << 1) ^ (value >> 63)), kind, contexts);
        return (long)(bits >> 1) ^ -(long)(bits & 1);
    }

    /// <summary>Codes a number below 16.</summary>
    public int CodeSmall(BitCoder coder, int value, int kind, ReadOnlySpan<uint> contexts) =>
        CodeNibble(coder, value, 4, kind, 0, (uint)kind, contexts);

    /// <summary>Codes a byte.</summary>
    public byte CodeByte(BitCoder coder, byte value, int kind, ReadOnlySpan<uint> contexts)
    {
        var high = CodeNibble(coder, value >> 4, 4, kind, 0, (uint)kind, contexts);
        var low = CodeNibble(
            coder, value & 15, 4, kind, 1, Hash.Of((uint)kind, (uint)high + 1), contexts);
        return (byte)((high << 4) | low);
    }

    // Lengths of 15 and more go on in the next nibble.
    private int CodeLength(BitCoder coder, int length, int kind, ReadOnlySpan<uint> contexts)
    {
        for (var done = 0; ;)
        {
            var part = CodeNibble(
                coder, Math.Min(length - done, 15), 4, kind, done == 0 ? 0 : 1, (uint)(kind + (done << 16)),
                contexts);
            done += part;
            if (done > MostLength)
                throw new InvalidDataException("the content patch has a number out of its bounds");
            if (part < 15)
                return done;
        }
    }

    private int CodeNibble(
        BitCoder coder, int value, int bits, int kind, int stage, uint seed, ReadOnlySpan<uint> contexts)
    {
        for (var context = 0; context < _contexts; context++)
            _mixer.SetNibble(context, Hash.Of(contexts[context], seed, (uint)context));
        var node = 1;
        for (var shift = bits - 1; shift >= 0; shift--)
        {
            var bit = _mixer.Code(
                coder, (value >> shift) & 1, node, (kind * Stages) + stage, (stage * Nibbles) + node, kind);
            node = (node << 1) | bit;
        }
        return node - (1 << bits);
    }
}
