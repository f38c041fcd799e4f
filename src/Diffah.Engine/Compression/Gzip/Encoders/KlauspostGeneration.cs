namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>Which releases of klauspost/compress give the same bytes.</summary>
internal enum KlauspostGeneration
{
    /// <summary>1.15.10 to 1.18.0: the header of a block that may be used again has codes for the whole alphabet.</summary>
    WholeAlphabet,

    /// <summary>From 1.18.1 on, and Go from 1.27 on: headers end with the last symbol that occurs.</summary>
    TrimmedAlphabet,
}
