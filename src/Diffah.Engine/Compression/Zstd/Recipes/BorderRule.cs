namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>Where frames begin, as far as the content tells. A byte of recipes.</summary>
internal enum BorderRule : byte
{
    /// <summary>It does not tell.</summary>
    None = 0,

    /// <summary>Where the files of a tar begin and end.</summary>
    Files = 1,

    /// <summary>There, and where chunks of a file begin.</summary>
    Chunks = 2,
}
