using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Codecs.Wrapped;

/// <summary>The recipe of a compressed layer.</summary>
/// <param name="Kind">What it makes of the content.</param>
/// <param name="Bytes">The recipe; null where there is none.</param>
/// <param name="Refusal">Why there is none.</param>
internal sealed record FoundRecipe(WrappingKind Kind, byte[]? Bytes, string Refusal = "")
{
    /// <summary>The baseline's blob that it is followed with; null where it takes none.</summary>
    public Digest? Reference { get; init; }

    /// <summary>An encoder that is known makes all of the layer, without a correction.</summary>
    public bool IsEncoderKnown { get; init; }

    /// <summary>No encoder that is known makes any of the layer.</summary>
    public bool IsEncoderUnknown { get; init; }

    /// <summary>The smaller of two; one that takes a reference binds the archive to a blob, which is worth a
    /// 64th.</summary>
    public static FoundRecipe Smaller(FoundRecipe one, FoundRecipe other) =>
        one.Bytes is null || other.Bytes is null ? (one.Bytes is null ? other : one)
        : other.Bytes.Length + (other.Reference is null ? 0 : other.Bytes.Length / 64) < one.Bytes.Length ? other
        : one;
}
