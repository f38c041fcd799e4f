namespace Diffah.Engine.Compression.Gzip.Segments;

/// <summary>How hard levels 7 to 9 search.</summary>
/// <param name="Lazy">Behind a match of this length no other is looked for.</param>
/// <param name="Nice">With a match of this length the search ends.</param>
/// <param name="Chain">So many candidates are looked at.</param>
/// <param name="WeighsLiterals">Whether a match must also be cheaper than literals.</param>
internal readonly record struct KlauspostLazyLevel(int Lazy, int Nice, int Chain, bool WeighsLiterals)
{
    public static KlauspostLazyLevel Of(int level) => level switch
    {
        7 => new KlauspostLazyLevel(12, 16, 24, false),
        8 => new KlauspostLazyLevel(30, 40, 64, false),
        9 => new KlauspostLazyLevel(258, 258, 1024, true),
        _ => throw new ArgumentOutOfRangeException(nameof(level)),
    };
}
