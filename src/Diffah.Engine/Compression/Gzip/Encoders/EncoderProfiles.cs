using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>The encoders whose tokens are predicted, by their profiles.</summary>
internal static class EncoderProfiles
{
    private const int ZlibTokens = 16383;
    private const int ZlibLargeTokens = 32767;

    /// <summary>There is such a profile.</summary>
    public static bool IsKnown(EncoderProfile profile) => profile.Family switch
    {
        EncoderFamily.Go => profile.Level is >= 2 and <= 9,
        >= EncoderFamily.Zlib and <= EncoderFamily.GnuRsyncable => profile.Level is >= 1 and <= 9,
        EncoderFamily.ZlibNg => ZlibNgLevel.IsKnown(profile.Level),
        EncoderFamily.PigzOneThread => profile.Level is >= 1 and <= 3,
        _ => false,
    };

    /// <summary>Puts an encoder to work on a window.</summary>
    public static EncoderModel Create(EncoderProfile profile, ContentWindow window) =>
        new(Matcher(profile), Rule(profile, window), window);

    private static TokenMatcher Matcher(EncoderProfile profile) => profile.Family switch
    {
        EncoderFamily.Go => Matcher<GoScheme>(SearchSettings.Go(profile.Level), profile.Level),
        EncoderFamily.ZlibLarge => Matcher<ZlibLargeScheme>(SearchSettings.Zlib(profile.Level), profile.Level),
        EncoderFamily.ZlibNg => ZlibNgLevel.Matcher(profile.Level),
        EncoderFamily.Gnu or EncoderFamily.GnuRsyncable =>
            Matcher<GnuScheme>(SearchSettings.Zlib(profile.Level), profile.Level),
        _ => Matcher<ZlibScheme>(SearchSettings.Zlib(profile.Level), profile.Level),
    };

    private static TokenMatcher Matcher<TScheme>(SearchSettings settings, int level)
        where TScheme : struct, IHashScheme =>
        !IsLazy(level) ? new GreedyMatcher<TScheme>(settings)
        : IsDeep<TScheme>(settings) ? new LazyMatcher<TScheme, EightLinks>(settings)
        : new LazyMatcher<TScheme, OneLink>(settings);

    // Links of eight places pay where chains are long: Go hashes four bytes, so that its are shorter.
    private static bool IsDeep<TScheme>(SearchSettings settings)
        where TScheme : struct, IHashScheme => settings.Chain > (TScheme.HashLength == 3 ? 32 : 128);

    private static BlockRule Rule(EncoderProfile profile, ContentWindow window) => profile.Family switch
    {
        EncoderFamily.Go => new GoBlockRule(),
        EncoderFamily.ZlibLarge => new ZlibBlockRule(ZlibLargeTokens, IsLazy(profile.Level)),
        EncoderFamily.Gnu => new GnuBlockRule(profile.Level),
        EncoderFamily.GnuRsyncable => new GnuRsyncableBlockRule(profile.Level, window),
        EncoderFamily.ZlibNg when profile.Level == 1 => new ZlibNgBlockRule(),
        EncoderFamily.ZlibNg => new ZlibBlockRule(ZlibTokens, ZlibNgLevel.IsLazy(profile.Level)),
        EncoderFamily.Pigz => new PigzBlockRule(IsLazy(profile.Level), isIndependent: false),
        EncoderFamily.PigzOneThread => new PigzBlockRule(isLazy: false, isIndependent: false, isOneThread: true),
        EncoderFamily.PigzIndependent => new PigzBlockRule(IsLazy(profile.Level), isIndependent: true),
        _ => new ZlibBlockRule(ZlibTokens, IsLazy(profile.Level)),
    };

    private static bool IsLazy(int level) => level > 3;
}
