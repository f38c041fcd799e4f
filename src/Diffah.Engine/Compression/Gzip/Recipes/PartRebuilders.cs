using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>Opens what makes parts.</summary>
internal static class PartRebuilders
{
    /// <summary>Opens what makes a part.</summary>
    /// <param name="unit">The part.</param>
    /// <param name="encoders">Gives encoders that are run as a whole.</param>
    /// <param name="window">Has its content.</param>
    /// <param name="output">Takes what is made.</param>
    public static PartRebuilder Open(
        RebuildUnit unit, IdleEncoders encoders, ContentWindow window, BitWriter output) => unit.Part.IsWhole
        ? new SegmentPartRebuilder(unit, encoders, window, output)
        : new TokenPartRebuilder(unit, window, output);
}
