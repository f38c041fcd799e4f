using Diffah.Engine.Compression.Gzip.Encoders;

namespace Diffah.Engine.Compression.Gzip.Segments;

/// <summary>The encoders that are run as a whole, by their profiles.</summary>
internal static class SegmentEncoders
{
    private const int PgzipSegment = 1 << 20;
    private const int PgzipSmallSegment = 1 << 18;
    private const int Releases = (int)KlauspostRelease.Go1_27 + 1;
    private const byte HuffmanOnly = unchecked((byte)GoChunkEncoder.HuffmanOnly);

    // Between a family and the same one that is flushed.
    private const int ToFlushed = (int)EncoderFamily.KlauspostFlushed - (int)EncoderFamily.Klauspost;

    /// <summary>All profiles that give different bytes, the newest release first. A stream that is flushed is another
    /// one only at its end, so it comes right behind the one that is not.</summary>
    public static IEnumerable<EncoderProfile> All =>
        [.. GoLevels.Select(level => new EncoderProfile(EncoderFamily.GoChunks, level)),
            .. Klauspost(EncoderFamily.Pgzip),
            .. Klauspost(EncoderFamily.PgzipSmall),
            .. Klauspost(EncoderFamily.Klauspost).SelectMany(p => (EncoderProfile[])[p, Flushed(p)])];

    private static IEnumerable<byte> GoLevels => [1, 0, HuffmanOnly];

    // The levels that tools can be set to, first those they have by default.
    private static IEnumerable<byte> KlauspostLevels => [5, 6, 1, 9, 2, 3, 4, 7, 8, 0, HuffmanOnly];

    /// <summary>There is such a profile.</summary>
    public static bool IsKnown(EncoderProfile profile) => profile.Family switch
    {
        EncoderFamily.GoChunks => GoLevels.Contains(profile.Level),
        >= EncoderFamily.Klauspost => IsKlauspost(profile) && KlauspostLevels.Contains(profile.Level),
        _ => false,
    };

    public static SegmentEncoder Create(EncoderProfile profile)
    {
        if (!IsKnown(profile))
            throw new ArgumentOutOfRangeException(nameof(profile));
        var level = LevelOf(profile);
        var release = Release(profile);
        return profile.Family switch
        {
            EncoderFamily.GoChunks => new GoChunkEncoder(level),
            < EncoderFamily.Pgzip => new KlauspostStreamEncoder(level, release, isFlushed: false),
            < EncoderFamily.PgzipSmall => new PgzipEncoder(level, release, PgzipSegment),
            < EncoderFamily.KlauspostFlushed => new PgzipEncoder(level, release, PgzipSmallSegment),
            _ => new KlauspostStreamEncoder(level, release, isFlushed: true),
        };
    }

    /// <summary>How an encoder cuts its content, without making one.</summary>
    public static SegmentShape Shape(EncoderProfile profile) => profile.Family switch
    {
        EncoderFamily.GoChunks =>
            new(ChunkHistory.LongestChunk, GoChunkEncoder.IsIndependentAt(LevelOf(profile)), false),
        < EncoderFamily.Pgzip => new(0, false, false),
        < EncoderFamily.PgzipSmall => new(PgzipSegment, true, true),
        < EncoderFamily.KlauspostFlushed => new(PgzipSmallSegment, true, true),
        _ => new(0, false, false),
    };

    /// <summary>The encoder's name, for people.</summary>
    public static string NameOf(EncoderProfile profile) => profile.Family switch
    {
        EncoderFamily.GoChunks => $"go:{LevelOf(profile)}",
        < EncoderFamily.Pgzip => NameOf("klauspost", profile),
        < EncoderFamily.PgzipSmall => NameOf("pgzip-1m", profile),
        < EncoderFamily.KlauspostFlushed => NameOf("pgzip-256k", profile),
        _ => NameOf("klauspost", profile) + "+flush",
    };

    /// <summary>The other releases of an encoder at the same level.</summary>
    public static IEnumerable<EncoderProfile> Others(EncoderProfile profile) =>
        OtherLevels(profile).Where(other => other.Level == profile.Level);

    /// <summary>The other releases and levels of an encoder, those of the same level first.</summary>
    public static IEnumerable<EncoderProfile> OtherLevels(EncoderProfile profile) => All.Where(
        other => (byte)other.Family / 16 == (byte)profile.Family / 16 && other != profile)
        .OrderBy(other => other.Level == profile.Level ? 0 : 1);

    // The release from which on the bytes are these: "klauspost-1.18.2:6".
    private static string NameOf(string family, EncoderProfile profile)
    {
        var release = Release(profile).ToString();
        var (name, from) = Release(profile) == KlauspostRelease.Go1_27 ? ("go", 2) : (family, 1);
        return $"{name}-{release[from..].Replace('_', '.')}:{LevelOf(profile)}";
    }

    private static KlauspostRelease Release(EncoderProfile profile) => (KlauspostRelease)((int)profile.Family % 16);

    private static int LevelOf(EncoderProfile profile) => unchecked((sbyte)profile.Level);

    private static EncoderProfile Flushed(EncoderProfile profile) =>
        profile with { Family = profile.Family + ToFlushed };

    private static bool IsKlauspost(EncoderProfile profile) =>
        profile.Family < EncoderFamily.KlauspostFlushed + 16 && (int)profile.Family % 16 < Releases
        && (Release(profile) != KlauspostRelease.Go1_27
            || IsDifferent(profile.Family, profile.Level, KlauspostRelease.Go1_27));

    private static IEnumerable<EncoderProfile> Klauspost(EncoderFamily family) =>
        from level in KlauspostLevels
        from release in Enum.GetValues<KlauspostRelease>().Reverse()
        where IsDifferent(family, level, release)
        select new EncoderProfile(family + (byte)release, level);

    private static bool IsOneStream(EncoderFamily family) =>
        family is < EncoderFamily.Pgzip or >= EncoderFamily.KlauspostFlushed;

    /// <summary>Whether a release gives other bytes than the one before it.</summary>
    private static bool IsDifferent(EncoderFamily family, byte level, KlauspostRelease release) => release switch
    {
        KlauspostRelease.V1_15_11 => true,
        KlauspostRelease.V1_15_15 => level is >= 7 and <= 9,
        KlauspostRelease.V1_18_0 => level == 4,
        KlauspostRelease.V1_20 => level is >= 7 and <= 9 && !IsOneStream(family),
        KlauspostRelease.Go1_27 => level == 9 && IsOneStream(family),
        _ => level is >= 1 and <= 9,
    };
}

/// <summary>How an encoder cuts its content.</summary>
/// <param name="SegmentLength">The bytes of a segment; 0 where it depends on the level.</param>
/// <param name="IsIndependent">A segment needs nothing but its history.</param>
/// <param name="EndsWithByte">The bits of a segment end with a byte.</param>
internal readonly record struct SegmentShape(int SegmentLength, bool IsIndependent, bool EndsWithByte);
