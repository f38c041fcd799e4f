namespace Diffah.Engine.Compression.Gzip.Segments;

/// <summary>
/// The releases of klauspost/compress from which on other bytes are given, in their order. Up to the next one, all
/// releases give the same.
/// </summary>
internal enum KlauspostRelease
{
    /// <summary>1.15.11; levels 5 and 6 are the same in 1.15.10.</summary>
    V1_15_11,

    /// <summary>1.15.15: other matches at levels 7 to 9.</summary>
    V1_15_15,

    /// <summary>1.18.0: other matches at level 4.</summary>
    V1_18_0,

    /// <summary>1.18.1: headers end with the last symbol that occurs.</summary>
    V1_18_1,

    /// <summary>
    /// 1.18.2: the end of a block is always reckoned in, and level 9 looks at fewer bytes. Go 1.27 is the same
    /// at levels up to 8.
    /// </summary>
    V1_18_2,

    /// <summary>1.20: a dictionary at levels 7 to 9 is no part of the first block.</summary>
    V1_20,

    /// <summary>Go 1.27 at level 9: a byte that did not occur where bytes are counted costs a bit.</summary>
    Go1_27,
}
