namespace Diffah.Libraries.Zstd;

/// <summary>What an encoder is to do behind the input that it is given.</summary>
internal enum ZstdDirective
{
    /// <summary>To wait for more.</summary>
    Continue,

    /// <summary>To end the block, and to put out all of it.</summary>
    Flush,

    /// <summary>To end the frame.</summary>
    End,
}
