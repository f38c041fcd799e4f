namespace Diffah.Engine.Compression.Mixing;

/// <summary>
/// The logistic function and its inverse, in whole numbers: all machines have to come to the same probabilities. The
/// constants are those of the format.
/// </summary>
internal static class Logit
{
    /// <summary>A logit of 1.</summary>
    public const int One = 256;

    /// <summary>The greatest logit.</summary>
    public const int Most = (12 * One) - 1;

    /// <summary>The bits of a probability whose logit is looked up.</summary>
    public const int InputBits = 12;

    private const int KnotShift = 7;
    private const int Least = -12 * One;

    // 65536 / (1 + exp(-x)), rounded, for x from -12 to 12 by halves.
    private static ReadOnlySpan<int> Knots =>
    [
        0, 1, 1, 2, 3, 5, 8, 13, 22, 36, 60, 98, 162, 267, 439, 720, 1179, 1921, 3108, 4971, 7812, 11955,
        17625, 24743, 32768, 40793, 47911, 53581, 57724, 60565, 62428, 63615, 64357, 64816, 65097, 65269,
        65374, 65438, 65476, 65500, 65514, 65523, 65528, 65531, 65533, 65534, 65535, 65535, 65536,
    ];

    private static readonly ushort[] Probabilities = MakeProbabilities();
    private static readonly short[] Logits = MakeLogits();

    /// <summary>The probability of a logit, in units of 2^-16; at least 1.</summary>
    /// <param name="logit">At most <see cref="Most"/>, and not below its negative.</param>
    public static int ToProbability(int logit) => Probabilities[logit - Least];

    /// <summary>The logit of a probability.</summary>
    /// <param name="probability">In units of 2^-12.</param>
    public static int Of(uint probability) => Logits[probability];

    private static ushort[] MakeProbabilities()
    {
        var table = new ushort[2 * 12 * One];
        for (var index = 0; index < table.Length; index++)
        {
            var (knot, part) = (index >> KnotShift, index & ((1 << KnotShift) - 1));
            var sum = (Knots[knot] * ((1 << KnotShift) - part)) + (Knots[knot + 1] * part);
            table[index] = (ushort)Math.Clamp(sum >> KnotShift, 1, ushort.MaxValue);
        }
        return table;
    }

    // The least logit whose probability is not below the middle of the input's step.
    private static short[] MakeLogits()
    {
        var table = new short[1 << InputBits];
        var logit = -Most;
        for (var index = 0; index < table.Length; index++)
        {
            while (logit < Most && ToProbability(logit) < (index << 4) + 8)
                logit++;
            table[index] = (short)logit;
        }
        return table;
    }
}
