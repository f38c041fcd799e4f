namespace Diffah.Engine.Deltas.Codecs.Content.Models;

/// <summary>How the classes of a content patch are coded.</summary>
internal enum ModelSize
{
    /// <summary>Not by models: their streams are compressed with zstd.</summary>
    None,

    /// <summary>By models with few contexts.</summary>
    Compact,

    /// <summary>By models with many contexts: smaller, and slower.</summary>
    Full,
}
