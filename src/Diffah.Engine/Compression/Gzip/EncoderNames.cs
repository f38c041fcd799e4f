using Diffah.Engine.Compression.Gzip.Encoders;
using Diffah.Engine.Compression.Gzip.Segments;

namespace Diffah.Engine.Compression.Gzip;

/// <summary>Encoders as people call them, such as "GNU gzip level 9" or "pgzip level 5, 1 MiB".</summary>
internal static class EncoderNames
{
    /// <summary>The name of an encoder at its level; null for one that is not known.</summary>
    /// <param name="profile">The encoder.</param>
    public static string? Of(EncoderProfile profile)
    {
        if (profile.Family == EncoderFamily.None)
            return "no encoder that is known";
        if (SegmentEncoders.IsKnown(profile))
            return OfSegments(SegmentEncoders.NameOf(profile));
        if (!EncoderProfiles.IsKnown(profile))
            return null;
        return profile.Family == EncoderFamily.ZlibNg && ZlibNgLevel.IsCopied(profile.Level)
            ? $"zlib-ng level {ZlibNgLevel.Of(profile.Level)}, 80 KiB at a time"
            : $"{ProgramOf(profile.Family)} level {profile.Level}";
    }

    private static string ProgramOf(EncoderFamily family) => family switch
    {
        EncoderFamily.Go => "Go gzip",
        EncoderFamily.ZlibLarge => "zlib (memLevel 9)",
        EncoderFamily.Gnu => "GNU gzip",
        EncoderFamily.Pigz => "pigz",
        EncoderFamily.PigzIndependent => "pigz -i",
        EncoderFamily.GnuRsyncable => "GNU gzip, rsyncable,",
        EncoderFamily.ZlibNg => "zlib-ng",
        EncoderFamily.PigzOneThread => "pigz -p 1",
        _ => "zlib",
    };

    // The short names have the release from which on the bytes are these: "pgzip-1m-1.18.2:6", "klauspost-1.11.0:6".
    private static string OfSegments(string name)
    {
        var (head, tail) = (name[..name.IndexOf(':')], name[(name.IndexOf(':') + 1)..]);
        var level = $"level {tail.Replace("+flush", ", flushed", StringComparison.Ordinal)}";
        var words = head.Split('-');
        return words[0] switch
        {
            "pgzip" => $"pgzip {level}, {(words[1] == "1m" ? "1 MiB" : "256 KiB")}, klauspost/compress {words[2]}",
            "klauspost" => $"klauspost/compress {words[1]} {level}",
            _ => $"Go {string.Concat(words[1..].Select(w => w + " "))}gzip {level}",
        };
    }
}
