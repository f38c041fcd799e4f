using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Segments;

/// <summary>The search of klauspost/compress at levels 7 to 9 along the chain of a position.</summary>
internal sealed class KlauspostLazyMatcher(LazyWindow window, KlauspostLazyLevel level, KlauspostRelease release)
{
    private const int MinMatch = LazyWindow.MinMatch;

    // A match found behind another may begin two bytes later.
    private const int SkippedAtStart = 2;

    private readonly LiteralCosts? _costs = level.WeighsLiterals ? new LiteralCosts(release) : null;

    public KlauspostLazyLevel Level => level;

    /// <summary>Gets ready for what the window has from a position on.</summary>
    public void Settle(int position)
    {
        window.Settle();
        if (position < window.End)
            _costs?.Measure(window.Content, position);
    }

    /// <summary>The longest match at a position, or the first that is long enough.</summary>
    public bool Find(int position, int candidate, out int length, out int distance)
    {
        ref var bytes = ref window.First;
        length = MinMatch - 1;
        distance = 0;
        var longest = Math.Min(window.End - position, Token.MaximumMatch);
        var nice = Math.Min(level.Nice, longest);
        var oldest = Oldest(position);
        var gain = release < KlauspostRelease.V1_15_15 ? 0 : 4;
        for (var tries = level.Chain; tries > 0; tries--)
        {
            if (Bytes.Load8(ref bytes, position + length) == Bytes.Load8(ref bytes, candidate + length))
            {
                var common = Bytes.CommonLength(ref bytes, position, candidate, longest);
                if (common > length && IsWorth(position, common, position - candidate, ref gain))
                {
                    length = common;
                    distance = position - candidate;
                    if (length >= nice)
                        break;
                }
            }
            if (candidate <= oldest)
                break;
            candidate = window.Before(candidate);
            if (candidate < oldest)
                break;
        }
        return distance > 0;
    }

    public static int Oldest(int position) => Math.Max(position - Token.MaximumDistance, 0);

    /// <summary>
    /// Looks for a match that is longer than one that was found, by what is remembered of the bytes at its end. Gives
    /// the number of literals before it, which is 0 where it begins where the other did.
    /// </summary>
    /// <param name="position">Where the match begins; the position after it is the last that was remembered.</param>
    /// <param name="length">Its length, and that of what was found.</param>
    /// <param name="distance">Its distance, and that of what was found.</param>
    public int Improve(int position, ref int length, ref int distance) => release < KlauspostRelease.V1_15_15
        ? ImproveWhole(position, ref length, ref distance)
        : ImproveLater(position, ref length, ref distance);

    private bool IsWorth(int position, int length, int distance, ref int gain)
    {
        if (_costs is null)
            return true;
        var baseCost = release < KlauspostRelease.V1_15_15 ? 6 : 3;
        var saved = _costs.Of(position, length) - baseCost
            - ReckonedDistanceBits(distance)
            - DeflateAlphabet.LengthExtra[DeflateAlphabet.LengthSymbol(length)];
        if (saved <= gain)
            return false;
        gain = saved;
        return true;
    }

    /// <summary>
    /// The extra bits of the next larger distance: the encoder forgets to take one off. Beyond the largest distance its
    /// table begins anew, at code 14.
    /// </summary>
    private static int ReckonedDistanceBits(int distance) => distance == Token.MaximumDistance
        ? DeflateAlphabet.DistanceExtra[14]
        : DeflateAlphabet.DistanceExtra[BlockTokens.DistanceSymbol(distance)];

    private int ImproveLater(int position, ref int length, ref int distance)
    {
        if (length >= Token.MaximumMatch - SkippedAtStart || position + length >= window.RememberedEnd)
            return 0;
        var candidate = window.Newest(position + length) - length;
        if (position - candidate == distance || candidate <= Oldest(position + 1) + SkippedAtStart)
            return 0;
        ref var bytes = ref window.First;
        var longest = Math.Min(window.End - position - 1, Token.MaximumMatch + SkippedAtStart) - SkippedAtStart;
        var found = Bytes.CommonLength(ref bytes, position + SkippedAtStart, candidate + SkippedAtStart, longest);
        if (found <= length)
            return 0;
        (length, distance) = (found, position - candidate);
        var literals = SkippedAtStart;
        while (literals > 0 && length < Token.MaximumMatch
            && Bytes.Load8(ref bytes, position + literals - 1) == Bytes.Load8(ref bytes, candidate + literals - 1))
        {
            literals--;
            length++;
        }
        return literals;
    }

    private int ImproveWhole(int position, ref int length, ref int distance)
    {
        const int skippedAtEnd = 2;
        if (position + length + skippedAtEnd >= window.RememberedEnd)
            return 0;
        var end = length - skippedAtEnd;
        var candidate = window.Newest(position + end) - end;
        if (candidate <= Oldest(position + 1))
            return 0;
        var longest = Math.Min(window.End - position - 1, Token.MaximumMatch);
        var found = Bytes.CommonLength(ref window.First, position, candidate, longest);
        if (found > length)
            (length, distance) = (found, position - candidate);
        return 0;
    }
}
