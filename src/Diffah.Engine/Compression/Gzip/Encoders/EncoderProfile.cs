namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>The programs whose decisions are known.</summary>
internal enum EncoderFamily : byte
{
    /// <summary>No encoder: every token and block is written down.</summary>
    None = 0,

    /// <summary>Go's compress/flate, up to 1.26.</summary>
    Go = 1,

    /// <summary>zlib with memLevel 8, its default.</summary>
    Zlib = 2,

    /// <summary>zlib with memLevel 9.</summary>
    ZlibLarge = 3,

    /// <summary>GNU gzip.</summary>
    Gnu = 4,

    /// <summary>pigz, with the dictionaries of its blocks.</summary>
    Pigz = 5,

    /// <summary>pigz -i.</summary>
    PigzIndependent = 6,

    /// <summary>GNU gzip --rsyncable.</summary>
    GnuRsyncable = 7,

    /// <summary>zlib-ng.</summary>
    ZlibNg = 8,

    /// <summary>pigz with one thread, where that gives other bytes.</summary>
    PigzOneThread = 9,

    /// <summary>Go's compress/flate, up to 1.26, where it works chunk by chunk: levels 1, 0 and -2.</summary>
    GoChunks = 16,

    /// <summary>klauspost/compress as one stream, and Go from 1.27 on; the release is added.</summary>
    Klauspost = 32,

    /// <summary>klauspost/pgzip with segments of 1 MiB; the release of klauspost/compress is added.</summary>
    Pgzip = 48,

    /// <summary>klauspost/pgzip with segments of 256 KiB; the release of klauspost/compress is added.</summary>
    PgzipSmall = 64,

    /// <summary>klauspost/compress as one stream that is flushed before its end; the release is added.</summary>
    KlauspostFlushed = 80,
}

/// <summary>A known encoder at one of its levels. The two bytes stand in recipes, so they mean the same for
/// ever.</summary>
/// <param name="Family">The program.</param>
/// <param name="Level">Its level.</param>
internal readonly record struct EncoderProfile(EncoderFamily Family, byte Level)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Family}:{Level}".ToLowerInvariant();
}
