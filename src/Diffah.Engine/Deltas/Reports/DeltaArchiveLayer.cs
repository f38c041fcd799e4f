using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Deltas.Reports;

/// <summary>One layer of an image in a delta archive.</summary>
/// <param name="Index">Its place in the image: 0 is the base.</param>
/// <param name="Digest">Digest of the layer's blob.</param>
/// <param name="MediaType">Media type, as the target's manifest says.</param>
/// <param name="Encoding">How it comes to the other side: a word of <see cref="BlobOrigin"/>.</param>
/// <param name="TargetSize">Size of the layer's blob, in bytes.</param>
/// <param name="ArchiveSize">Bytes stored in the archive, recipe included: what travels of it; of a layer that the
/// baseline has no more than a long recipe.</param>
/// <param name="PatchFrom">Digest of the baseline blob it is patched from; null for other encodings.</param>
public sealed record DeltaArchiveLayer(
    int Index, string Digest, string MediaType, string Encoding, long TargetSize, long ArchiveSize, string? PatchFrom)
{
    /// <summary>
    /// What made the layer, as the image's configuration says, on one line; null where it does not say.
    /// </summary>
    public string? CreatedBy { get; init; }

    /// <summary>The diff id of the content that it is made of; null where it is made of no content.</summary>
    public string? ContentDigest { get; init; }

    /// <summary>
    /// What compressed it, as far as that is known, such as "GNU gzip level 9"; null for a layer that is not
    /// compressed, or is not made of a content.
    /// </summary>
    public string? Encoder { get; init; }

    /// <summary>The contents of the baseline that its content is made of.</summary>
    public ImmutableArray<LayerSource> Sources { get; init; } = [];

    /// <summary>Where its bytes are: by kind what they are in the layer, and in the archive.</summary>
    public ImmutableArray<ByteShare> Bytes { get; init; } = [];

    /// <summary>
    /// Files that are not unchanged, those that take most first. Empty where the archive does not say. Of files that
    /// take less than 16 bytes only some are listed, where there are many; <see cref="Bytes"/> counts all.
    /// </summary>
    public ImmutableArray<DeltaArchiveFile> Files { get; init; } = [];

    /// <summary>
    /// Why it does not travel as its content, in an archive that could have it so: a word such as <c>no_recipe</c>;
    /// else null.
    /// </summary>
    public string? Fallback { get; init; }

    /// <summary>The same, for people.</summary>
    public string? FallbackDetail { get; init; }

    /// <summary>
    /// Bytes that need not travel: all of a reused layer, what a patch spares, nothing of a whole one.
    /// </summary>
    public long SparedBytes => Savings.SparedBytes;

    /// <summary><see cref="SparedBytes"/> as a fraction of the layer's size; 0 for an empty layer.</summary>
    public double SparedRatio => Savings.SparedRatio;

    /// <summary>Bytes stored as a fraction of the layer's size; 0 for an empty layer.</summary>
    public double Ratio => TargetSize == 0 ? 0 : (double)ArchiveSize / TargetSize;

    /// <summary>Its place, its digest's beginning, and how it comes to the other side.</summary>
    public override string ToString() => $"{Index}: {ShortText.Digest(Digest)} {Encoding}";

    private Savings Savings => new(TargetSize, ArchiveSize);
}

/// <summary>A layer that costs more than it might.</summary>
/// <param name="Kind">What kind of waste: <c>full_layer</c> (shipped whole) or <c>poor_patch</c> (over 90 % of the
/// layer).</param>
/// <param name="Digest">The layer.</param>
/// <param name="ArchiveSize">Bytes stored.</param>
/// <param name="TargetSize">Size of the layer, in bytes.</param>
/// <param name="Advice">What would have helped, as far as the archive tells; one sentence for people.</param>
public sealed record LayerWaste(string Kind, string Digest, long ArchiveSize, long TargetSize, string Advice)
{
    /// <summary>The kind of waste, and the beginning of the layer's digest.</summary>
    public override string ToString() => $"{Kind} {ShortText.Digest(Digest)}";
}
