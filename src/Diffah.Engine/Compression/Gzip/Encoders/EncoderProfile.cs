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
