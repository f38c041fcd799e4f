using Diffah.Engine.Compression.Mixing;

namespace Diffah.Engine.Compression.Tokens;

/// <summary>
/// Bits of which one context is enough to be nearly sure: they cost a look into a table, where a mixer would look at
/// many contexts to come to the same.
/// </summary>
/// <param name="log">How many contexts there are, log2.</param>
internal sealed class QuickBits(int log)
{
    private const int Half = 1 << (BitCoder.ProbabilityBits - 1);
    private const int Most = (1 << BitCoder.ProbabilityBits) - 24;
    private const int Least = 24;
    private const int Clear = 1 << (BitCoder.ProbabilityBits - 5);
    private const int KnownAfter = 16;
    private const int Slowest = 7;

    private readonly ushort[] _probabilities = MakeProbabilities(log);
    private readonly byte[] _seen = new byte[1 << log];

    /// <summary>Whether a context is enough.</summary>
    public bool IsClear(int context) => _seen[context] >= KnownAfter
        && (_probabilities[context] < Clear || _probabilities[context] > (1 << BitCoder.ProbabilityBits) - Clear);

    /// <summary>Codes a bit.</summary>
    public bool Code(BitCoder coder, bool bit, int context)
    {
        bit = coder.Code(bit ? 1 : 0, Math.Clamp((int)_probabilities[context], Least, Most)) != 0;
        Learn(bit, context);
        return bit;
    }

    /// <summary>Learns a bit that was coded otherwise.</summary>
    public void Learn(bool bit, int context)
    {
        ref var seen = ref _seen[context];
        var shift = Math.Min(Slowest, 1 + (seen >> 2));
        seen += seen < byte.MaxValue ? (byte)1 : (byte)0;
        ref var probability = ref _probabilities[context];
        probability = (ushort)(probability + (((bit ? ushort.MaxValue : 0) - probability) >> shift));
    }

    private static ushort[] MakeProbabilities(int log)
    {
        var probabilities = new ushort[1 << log];
        Array.Fill(probabilities, (ushort)Half);
        return probabilities;
    }
}
