using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;
using Diffah.Engine.Compression.Gzip.Recipes;
using Diffah.Engine.Compression.Gzip.Segments;

namespace Diffah.Engine.Compression.Gzip;

/// <summary>Finds the encoders that are right about the beginning of a stream, or nearest to it.</summary>
internal sealed class ProfileChoice
{
    private const byte HintBest = 2;
    private const byte HintFast = 4;
    private const byte NoSystem = 255;

    // So much says which level of each family is worth a longer look.
    private const int Glance = 128 * 1024;

    // What is met most comes first, and is taken where others are as near.
    private static readonly byte[] Levels =
        [6, 9, 5, 4, 7, 8, 1, 3, 2, 16 + 6, 16 + 9, 16 + 5, 16 + 4, 16 + 7, 16 + 8, 16 + 3];

    // Near to encoders that are run as a whole.
    private static readonly EncoderProfile[] NearOnes =
        [new(EncoderFamily.Go, 2), new(EncoderFamily.Go, 4), new(EncoderFamily.Zlib, 1), new(EncoderFamily.Zlib, 4),
            new(EncoderFamily.Go, 6), new(EncoderFamily.Zlib, 6)];

    private readonly DeflateInput _input;
    private readonly Inflater _inflater;
    private readonly ContentWindow _window;
    private readonly IdleEncoders _encoders;
    private readonly long _origin;
    private readonly byte? _hint;
    private readonly bool _isGo;

    /// <param name="input">The compressed stream, kept from its beginning on.</param>
    /// <param name="inflater">Has the beginning whenever something is asked; nothing is dropped of it.</param>
    /// <param name="window">Has its content.</param>
    /// <param name="encoders">Gives encoders that are run as a whole.</param>
    /// <param name="origin">The bit of the input at which the deflate stream begins.</param>
    /// <param name="header">The gzip header, or empty.</param>
    public ProfileChoice(
        DeflateInput input, Inflater inflater, ContentWindow window, IdleEncoders encoders, long origin,
        ReadOnlySpan<byte> header)
    {
        (_input, _inflater, _window, _encoders, _origin) = (input, inflater, window, encoders, origin);
        _hint = header.IsEmpty ? null : GzipHeader.Hint(header);
        _isGo = header.IsEmpty || GzipHeader.System(header) == NoSystem;
    }

    /// <summary>All encoders that are right about the beginning, the likeliest first.</summary>
    /// <param name="likely">To be tried first.</param>
    public IEnumerable<EncoderProfile> Right(IEnumerable<EncoderProfile> likely)
    {
        var shape = new StreamShape(_inflater, _window);
        var whole = Whole(shape);
        var candidates = shape.IsOfWholeEncoder ? whole.Concat(Followed()) : Followed().Concat(whole);
        var unsure = new List<EncoderProfile>();
        foreach (var profile in likely.Concat(candidates).Distinct())
        {
            using var maker = Try(profile);
            if (!IsRight(maker))
                continue;
            if (!IsTold(maker))
            {
                unsure.Add(profile);
                continue;
            }
            yield return profile;
            // A segment that differs can be another encoder's without beginning anew.
            if (maker is SegmentPartMaker { IsIndependent: true, EndsWithByte: true })
                yield break;
        }
        foreach (var profile in unsure)
            yield return profile;
    }

    /// <summary>The encoder that made most of the first segments.</summary>
    public EncoderProfile? PartlyRight()
    {
        var (best, most) = (default(EncoderProfile?), 0L);
        foreach (var profile in Whole(new(_inflater, _window)))
        {
            if (!SegmentEncoders.Shape(profile).IsIndependent)
                continue;
            using var maker = Try(profile);
            if (maker.Position > most)
                (best, most) = (profile, maker.Position);
        }
        return best;
    }

    /// <summary>The nearest encoder that is followed.</summary>
    public EncoderProfile Nearest()
    {
        var finalists = from profile in Followed()
                        let rate = CostRate(profile)
                        group (profile, rate) by profile.Family into family
                        let best = family.MinBy(candidate => candidate.rate)
                        orderby best.rate
                        select best.profile;
        return Nearest(finalists, _inflater, _window, new(_origin));
    }

    /// <summary>The nearest encoder that is followed, to the blocks at hand.</summary>
    public static EncoderProfile Nearest(Inflater inflater, ContentWindow window, PartStart start) =>
        Nearest(NearOnes, inflater, window, start);

    private static EncoderProfile Nearest(
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
        return best;
    }

    /// <summary>The bytes of corrections for each byte of a content of some length.</summary>
    private double CostRate(EncoderProfile profile)
    {
        using var maker = new TokenPartMaker(_inflater, _window, profile, new(_origin)) { ContentLimit = Glance };
        maker.Advance();
        return (double)maker.Cost / Math.Max(1, maker.Position);
    }

    private PartMaker Try(EncoderProfile profile)
    {
        PartMaker maker = EncoderProfiles.IsKnown(profile)
            ? new TokenPartMaker(_inflater, _window, profile, new(_origin)) { CostLimit = 0 }
            : new SegmentPartMaker(_input, _inflater, _window, _encoders, profile, new(_origin));
        maker.Advance();
        return maker;
    }

    private bool IsRight(PartMaker maker) =>
        maker is { IsEnded: false, Cost: 0 } && (_inflater.IsComplete || maker.Position > 0);

    /// <summary>Something of the stream was made: an encoder that has kept everything so far was not wrong
    /// yet.</summary>
    private static bool IsTold(PartMaker maker) => maker is not SegmentPartMaker || maker.EndBit > maker.Start.Bit;

    private IEnumerable<EncoderProfile> Whole(StreamShape shape) =>
        shape.Candidates.OrderBy(p => Agrees(p.Level, _hint) ? 0 : 1);

    private IEnumerable<EncoderProfile> Followed()
    {
        EncoderFamily[] families = _isGo
            ? [EncoderFamily.Go, EncoderFamily.Zlib, EncoderFamily.ZlibLarge, EncoderFamily.Gnu]
            : [EncoderFamily.Zlib, EncoderFamily.Gnu, EncoderFamily.Pigz, EncoderFamily.ZlibLarge,
                EncoderFamily.PigzIndependent, EncoderFamily.PigzOneThread, EncoderFamily.GnuRsyncable,
                EncoderFamily.ZlibNg, EncoderFamily.Go];
        // The header says so of levels 9 and 1; not all encoders do, so the others come after.
        var levels = Levels.OrderBy(level => Agrees(level, _hint) ? 0 : 1);
        return from level in levels
               from family in families
               let profile = new EncoderProfile(family, level)
               where EncoderProfiles.IsKnown(profile)
               select profile;
    }

    private static bool Agrees(byte level, byte? hint) => hint switch
    {
        HintBest => level is 9 or 16 + 9,
        HintFast => level == 1,
        _ => true,
    };
}
