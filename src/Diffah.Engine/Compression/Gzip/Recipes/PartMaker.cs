namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>Makes the recipe of a stretch of a deflate stream; it is given what an inflater has at hand, time and
/// again.</summary>
internal abstract class PartMaker(PartStart start) : IDisposable
{
    /// <summary>Where it begins.</summary>
    public PartStart Start { get; } = start;

    /// <summary>The bytes of corrections so far.</summary>
    public abstract long Cost { get; }

    /// <summary>Where in the content it is.</summary>
    public abstract long Position { get; }

    /// <summary>Where in the stream that ends which is done with.</summary>
    public long EndBit { get; protected set; } = start.Bit;

    /// <summary>It can't or should not go on, though the stream does.</summary>
    public bool IsEnded { get; protected set; }

    /// <summary>Goes along what the inflater has, as far as the encoder could.</summary>
    /// <returns>How many tokens and blocks are done with.</returns>
    public abstract (int Tokens, int Blocks) Advance();

    /// <summary>Drops what is done with from the window.</summary>
    public abstract void Slide();

    /// <summary>The recipe up to where it is.</summary>
    public abstract RecipePart ToPart();

    public abstract void Dispose();
}

/// <summary>Where a part begins.</summary>
/// <param name="Origin">The bit of the input at which the deflate stream begins.</param>
/// <param name="Bit">Where in the stream.</param>
/// <param name="Content">Where in the content.</param>
internal readonly record struct PartStart(long Origin, long Bit = 0, long Content = 0);
