using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>The levels, and from which release on each makes other bytes than before.</summary>
internal static class GoLevels
{
    /// <summary>The fastest level.</summary>
    public const byte Fastest = 1;

    /// <summary>The level that programs use unless they are told another.</summary>
    public const byte Default = 2;

    /// <summary>The level between the default and the best.</summary>
    public const byte Better = 3;

    /// <summary>The best level.</summary>
    public const byte Best = 4;

    private static readonly byte _better11510 = GoRelease.Of(15, 10);
    private static readonly byte _best11513 = GoRelease.Of(15, 13);
    private static readonly byte _both1173 = GoRelease.Of(17, 3);
    private static readonly byte _best1176 = GoRelease.Of(17, 6);

    private static readonly byte[] _writing =
        [GoRelease.Runs, GoRelease.ShorterLiterals, GoRelease.LowerGain, GoRelease.First];

    private static readonly byte[] _better = Sorted(_better11510, _both1173);
    private static readonly byte[] _best = Sorted(_best11513, _both1173, _best1176);

    /// <summary>The generations of a level, the newest first; none where there is no such level.</summary>
    public static ReadOnlySpan<byte> Generations(byte level) => level switch
    {
        Fastest or Default => _writing,
        Better => _better,
        Best => _best,
        _ => [],
    };

    /// <summary>The content of a block that is full, in bytes.</summary>
    public static int BlockSize(byte level, int window) =>
        Math.Min(window, level == Fastest ? ZstdBlockDraft.MaximumLength / 2 : ZstdBlockDraft.MaximumLength);

    /// <summary>Bytes of what <see cref="Matcher"/> remembers by.</summary>
    public static long TableBytes(byte level) => level switch
    {
        Fastest => 1L << 18,
        Default => (1L << 20) + (1L << 18),
        Better => (1L << 22) + (1L << 16),
        _ => (1L << 25) + (1L << 21),
    };

    /// <summary>What finds sequences.</summary>
    public static GoMatcher Matcher(byte level, byte generation)
    {
        var unsearched = new BlockWithoutSearch(generation >= GoRelease.Runs);
        return level switch
        {
            Fastest => new FastestMatcher(),
            Default => new DoubleFastMatcher(),
            Better when generation >= _both1173 => new BetterMatcher<BetterRules1173>(unsearched),
            Better when generation >= _better11510 => new BetterMatcher<BetterRules11510>(unsearched),
            Better => new BetterMatcher<BetterRules1144>(unsearched),
            _ when generation >= _best1176 => new BestWeighingMatcher<BestRules1176>(unsearched),
            _ when generation >= _both1173 => new BestWeighingMatcher<BestRules1173>(unsearched),
            _ when generation >= GoRelease.LowerGain => new BestWeighingMatcher<BestRules1164>(unsearched),
            _ when generation >= _best11513 => new BestChoosingMatcher<BestRules11513>(),
            _ => new BestChoosingMatcher<BestRules1144>(),
        };
    }

    private static byte[] Sorted(params ReadOnlySpan<byte> more)
    {
        byte[] all = [.. _writing, .. more];
        Array.Sort(all);
        Array.Reverse(all);
        return all;
    }
}
