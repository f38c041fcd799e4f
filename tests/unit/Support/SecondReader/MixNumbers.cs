namespace Diffah.Tests.Support.SecondReader;

/// <summary>Logits and hashes (context-mixing.md).</summary>
internal static class MixNumbers
{
    public const int MostLogit = 3071;

    private static readonly int[] Knots =
    [
        0, 1, 1, 2, 3, 5, 8, 13, 22, 36, 60, 98, 162, 267, 439, 720, 1179, 1921, 3108, 4971, 7812, 11955, 17625,
        24743, 32768, 40793, 47911, 53581, 57724, 60565, 62428, 63615, 64357, 64816, 65097, 65269, 65374, 65438,
        65476, 65500, 65514, 65523, 65528, 65531, 65533, 65534, 65535, 65535, 65536,
    ];

    private static readonly int[] Logits = [.. Enumerable.Range(0, 4096).Select(LogitOf)];

    /// <summary>The probability of a logit, in units of 2^-16.</summary>
    public static int Squash(int logit)
    {
        var (knot, rest) = Math.DivRem(logit + 3072, 128);
        return Math.Clamp((Knots[knot] * (128 - rest) + Knots[knot + 1] * rest) >> 7, 1, 65535);
    }

    /// <summary>The logit of a probability in units of 2^-12.</summary>
    public static int Stretch(int probability) => Logits[probability];

    public static int Clamp(int logit) => Math.Clamp(logit, -MostLogit, MostLogit);

    public static uint Hash(uint first, params ReadOnlySpan<uint> others)
    {
        var hash = unchecked(first * 0x85EBCA6B);
        foreach (var other in others)
            hash = Stir(hash ^ other);
        return Stir(hash);
    }

    /// <summary>How many bits a number has.</summary>
    public static uint Length(long number)
    {
        var count = 0u;
        for (var left = (ulong)Math.Abs(number); left > 0; left >>= 1)
            count++;
        return count;
    }

    private static uint Stir(uint hash)
    {
        hash = unchecked(hash * 0x9E3779B1);
        return hash ^ (hash >> 15);
    }

    // The least logit whose probability is not less.
    private static int LogitOf(int probability)
    {
        var (low, high) = (-MostLogit, MostLogit);
        while (low < high)
        {
            var middle = (low + high) >> 1;
            (low, high) = Squash(middle) >= 16 * probability + 8 ? (low, middle) : (middle + 1, high);
        }
        return low;
    }
}
