using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;
using Diffah.Engine.Compression.Gzip.Recipes;

namespace Diffah.Engine.Compression.Gzip;

/// <summary>Finds the encoder that is nearest to the beginning of a stream.</summary>
internal static class ProfileChoice
{
    private const byte HintBest = 2;
    private const byte HintFast = 4;
    private const byte NoSystem = 255;

    // What is met most comes first, and is taken where others are as near.
    private static readonly byte[] Levels = [6, 9, 5, 4, 7, 8, 1, 3, 2];

    /// <summary>The nearest profile.</summary>
    /// <param name="inflater">Has the beginning of the stream; nothing is dropped of it.</param>
    /// <param name="window">Has its content.</param>
    /// <param name="header">The gzip header, or empty.</param>
    /// <param name="startBit">Where the deflate stream begins.</param>
    /// <param name="likely">To be tried first.</param>
    public static EncoderProfile Choose(
        Inflater inflater, ContentWindow window, ReadOnlySpan<byte> header, long startBit, EncoderProfile? likely)
    {
        if (likely is { } first && Cost(first, inflater, window, startBit) == 0)
            return first;
        var (best, least) = (default(EncoderProfile), long.MaxValue);
        foreach (var profile in Candidates(header))
        {
            var cost = Cost(profile, inflater, window, startBit);
            if (cost == 0)
                return profile;
            if (cost < least)
                (best, least) = (profile, cost);
        }
        return best;
    }

    private static long Cost(EncoderProfile profile, Inflater inflater, ContentWindow window, long startBit)
    {
        using var maker = new RecipeMaker(inflater, window, profile) { StartBit = startBit };
        maker.Advance();
        return maker.Cost;
    }

    private static IEnumerable<EncoderProfile> Candidates(ReadOnlySpan<byte> header)
    {
        var hint = header.IsEmpty ? (byte?)null : GzipHeader.Hint(header);
        var isGo = header.IsEmpty || GzipHeader.System(header) == NoSystem;
        EncoderFamily[] families = isGo
            ? [EncoderFamily.Go, EncoderFamily.Zlib, EncoderFamily.ZlibLarge, EncoderFamily.Gnu]
            : [EncoderFamily.Zlib, EncoderFamily.Gnu, EncoderFamily.Pigz, EncoderFamily.ZlibLarge,
                EncoderFamily.PigzIndependent, EncoderFamily.Go];
        // The header says so of levels 9 and 1; not all encoders do, so the others come after.
        var levels = Levels.OrderBy(level => Agrees(level, hint) ? 0 : 1);
        return from level in levels
               from family in families
               let profile = new EncoderProfile(family, level)
               where EncoderProfiles.IsKnown(profile)
               select profile;
    }

    private static bool Agrees(byte level, byte? hint) => hint switch
    {
        HintBest => level == 9,
        HintFast => level == 1,
        _ => true,
    };
}
