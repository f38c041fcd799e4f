using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>Makes a part of a deflate stream of its content. The content is put into the window by the caller: from
/// 32 KiB before the part on, or from the beginning.</summary>
/// <param name="unit">What is made.</param>
/// <param name="output">Takes what is made, behind whatever bits it has; not owned.</param>
internal abstract class PartRebuilder(RebuildUnit unit, BitWriter output) : IDisposable
{
    private readonly long _offset = unit.From.Bit - output.BitPosition;

    /// <summary>The part is made.</summary>
    public bool IsComplete { get; protected set; }

    /// <summary>Where in the content it is.</summary>
    public abstract long Position { get; }

    /// <summary>Where in the stream it is.</summary>
    protected long Bit => _offset + Output.BitPosition;

    protected BitWriter Output { get; } = output;

    protected RebuildUnit Unit { get; } = unit;

    /// <summary>Goes as far as the content at hand lets it, or a step.</summary>
    /// <returns>False where more content is needed.</returns>
    public abstract bool Advance();

    /// <summary>Drops what is done with from the window.</summary>
    public abstract void Slide();

    public abstract void Dispose();

    /// <summary>The content is not right, or the recipe is not.</summary>
    public static RecipeRefusedException Differs() => new(
        RecipeRefusal.ContentDiffers, "The content is not the one that the recipe of a gzip stream was made for.");
}
