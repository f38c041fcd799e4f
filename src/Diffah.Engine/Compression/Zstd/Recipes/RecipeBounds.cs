namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>What a recipe may ask for.</summary>
internal static class RecipeBounds
{
    /// <summary>Parts of a stream, and one more for each of these many bytes of content: each is some work to begin.
    /// A chunked layer has at most two for each block of 512 bytes of its tar.</summary>
    public const int Parts = 1024;

    /// <summary>See <see cref="Parts"/>.</summary>
    public const int PartContent = 256;

    /// <summary>Parts of a stream, whatever its content: they are in memory all at once. A layer has at most some
    /// million files.</summary>
    public const int MostParts = 1 << 22;

    /// <summary>Bytes of tables that are made for the parts of a stream together, and so many more for each byte of
    /// content: as much work as a slow encoder has with it.</summary>
    public const long FreeSetup = 4L << 30;

    /// <summary>See <see cref="FreeSetup"/>.</summary>
    public const long SetupForByte = 512;

    /// <summary>The bytes of a content or of a stream.</summary>
    public const long Length = 1L << 48;

    /// <summary>The bytes of a recipe.</summary>
    public const int RecipeLength = 256 * 1024 * 1024;

    /// <summary>The bytes of the list of a chunked layer's files.</summary>
    public const int ListLength = 128 * 1024 * 1024;

    /// <summary>The largest window of a frame, log2 bytes.</summary>
    public const int WindowLog = 27;

    /// <summary>How many things of a kind a recipe may have.</summary>
    /// <param name="contentLength">Bytes of the content.</param>
    public static int PartsOf(long contentLength) => (int)Math.Min(MostParts, Parts + (contentLength / PartContent));
}
