using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;
using Diffah.Engine.Compression.Gzip.Recipes;

namespace Diffah.Engine.Compression.Gzip;

/// <summary>Finds the encoder that is nearest to the beginning of a stream.</summary>
/// <param name="input">The compressed stream, kept from its beginning on.</param>
/// <param name="inflater">Has the beginning; nothing is dropped of it.</param>
/// <param name="window">Has its content.</param>
/// <param name="origin">The bit of the input at which the deflate stream begins.</param>
internal sealed class ProfileChoice(DeflateInput input, Inflater inflater, ContentWindow window, long origin)
{
    private const byte HintBest = 2;
    private const byte HintFast = 4;
    private const byte NoSystem = 255;

    // What is met most comes first, and is taken where others are as near.
    private static readonly byte[] Levels = [6, 9, 5, 4, 7, 8, 1, 3, 2];

    // Near to encoders that are run as a whole.
    private static readonly EncoderProfile[] NearOnes =
        [new(EncoderFamily.Go, 2), new(EncoderFamily.Go, 4), new(EncoderFamily.Zlib, 1), new(EncoderFamily.Zlib, 4),
            new(EncoderFamily.Go, 6), new(EncoderFamily.Zlib, 6)];

    /// <summary>Encoders that are known to be wrong.</summary>
    public IReadOnlyCollection<EncoderProfile> Failed { get; init; } = [];

    /// <summary>The nearest profile.</summary>
    /// <param name="header">The gzip header, or empty.</param>
    /// <param name="likely">To be tried first.</param>
    /// <param name="mayBeWhole">Encoders that are run as a whole are tried.</param>
    public EncoderProfile Choose(ReadOnlySpan<byte> header, EncoderProfile? likely, bool mayBeWhole)
    {
        if (likely is { } first && !Failed.Contains(first) && (mayBeWhole || EncoderProfiles.IsKnown(first))
            && IsExact(first))
            return first;
        var hint = header.IsEmpty ? (byte?)null : GzipHeader.Hint(header);
        var shape = new StreamShape(inflater, window);
        var isWhole = mayBeWhole && shape.IsOfWholeEncoder;
        if (isWhole && ChooseWhole(shape, hint) is { } whole)
            return whole;
        var isGo = header.IsEmpty || GzipHeader.System(header) == NoSystem;
        var (best, cost) = Nearest(Followed(hint, isGo), inflater, window, new(origin));
        return cost > 0 && mayBeWhole && !isWhole && ChooseWhole(shape, hint) is { } found ? found : best;
    }

    /// <summary>The nearest encoder that is followed, to the blocks at hand.</summary>
    public static EncoderProfile Nearest(Inflater inflater, ContentWindow window, PartStart start) =>
        Nearest(NearOnes, inflater, window, start).Profile;

    private static (EncoderProfile Profile, long Cost) Nearest(
        IEnumerable<EncoderProfile> candidates, Inflater inflater, ContentWindow window, PartStart start)
    {
        var (best, least) = (default(EncoderProfile), long.MaxValue);
        foreach (var profile in candidates)
        {
            using var maker = new TokenPartMaker(inflater, window, profile, start) { CostLimit = least };
            maker.Advance();
            if (maker.Cost < least)
                (best, least) = (profile, maker.Cost);
            if (least == 0)
                break;
        }
        return (best, least);
    }

    private EncoderProfile? ChooseWhole(StreamShape shape, byte? hint)
    {
        var (best, most) = (default(EncoderProfile?), 0L);
        foreach (var profile in shape.Candidates.OrderBy(p => Agrees(p.Level, hint) ? 0 : 1).Except(Failed))
        {
            using var maker = new SegmentPartMaker(input, inflater, window, profile, new(origin));
            maker.Advance();
            if (!maker.IsEnded && (inflater.IsComplete || maker.Position > 0))
                return profile;
            // Some segments may be of another release.
            if (maker.IsIndependent && maker.Position > most)
                (best, most) = (profile, maker.Position);
        }
        return best;
    }

    private bool IsExact(EncoderProfile profile)
    {
        using PartMaker maker = EncoderProfiles.IsKnown(profile)
            ? new TokenPartMaker(inflater, window, profile, new(origin))
            : new SegmentPartMaker(input, inflater, window, profile, new(origin));
        maker.Advance();
        return maker is { IsEnded: false, Cost: 0 } && (inflater.IsComplete || maker.Position > 0);
    }

    private static IEnumerable<EncoderProfile> Followed(byte? hint, bool isGo)
    {
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
