namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>What a recipe may ask for.</summary>
internal static class RecipeBounds
{
    /// <summary>Tokens of one block; they are kept until the block ends.</summary>
    public const int BlockTokens = 1 << 20;

    /// <summary>Tokens of a block of which it is known before how it is written.</summary>
    public const int LongBlockTokens = 1 << 30;

    /// <summary>The bytes of a gzip header.</summary>
    public const int HeaderBytes = 128 * 1024;

    /// <summary>What may follow the last member.</summary>
    public const int TrailingBytes = 64 * 1024;

    /// <summary>Members of a stream.</summary>
    public const int Members = 1 << 20;

    /// <summary>Parts of a member, and one more for each of these many bytes of content: each is some work to begin.
    /// </summary>
    public const int Parts = 16;

    public const int PartContent = 32 * 1024;

    /// <summary>Places where a part begins that can be rebuilt for itself, in one member.</summary>
    public const int Checkpoints = 1 << 20;

    /// <summary>The bytes of a content or of a stream.</summary>
    public const long Length = 1L << 48;
}
