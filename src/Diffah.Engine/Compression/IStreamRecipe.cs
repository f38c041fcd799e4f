namespace Diffah.Engine.Compression;

/// <summary>What makes a compressed stream, bit for bit, of its content.</summary>
internal interface IStreamRecipe
{
    /// <summary>Bytes of the content.</summary>
    long ContentLength { get; }

    /// <summary>Bytes of the stream.</summary>
    long Length { get; }

    /// <summary>The encoder, as people call it.</summary>
    string Encoder { get; }

    /// <summary>Whether it can be followed only with the reference that it was made with.</summary>
    bool NeedsReference { get; }

    /// <summary>Makes the stream, while it is read. It is never longer than <see cref="Length"/>; whether it is the
    /// right one, its digest says, which the caller checks.</summary>
    /// <param name="content">The content, which can seek; owned.</param>
    /// <param name="reference">The reference; null where none is needed.</param>
    /// <param name="workers">How many parts are made at the same time.</param>
    /// <exception cref="RecipeRefusedException">While it is read, too: the recipe can't be followed.</exception>
    Stream Open(Stream content, RecipeReference? reference, int workers);
}
