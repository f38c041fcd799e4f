using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Images;

/// <summary>
/// What a conversion changed. The configuration's digest, which is the image's id, and the layers' diff ids stay.
/// </summary>
/// <param name="OriginalManifestDigest">Digest of the manifest before.</param>
/// <param name="OriginalMediaType">Its media type.</param>
/// <param name="ManifestDigest">Digest of the manifest as written.</param>
/// <param name="MediaType">Its media type.</param>
/// <param name="Layers">The layers, base first.</param>
public sealed record ImageConversion(
    string OriginalManifestDigest, string OriginalMediaType, string ManifestDigest, string MediaType,
    ImmutableArray<ConvertedLayer> Layers)
{
    /// <summary>Both manifests, by their digests' beginnings.</summary>
    public override string ToString() =>
        $"{ShortText.Digest(OriginalManifestDigest)} to {ShortText.Digest(ManifestDigest)}";
}

/// <summary>One layer of a converted image.</summary>
/// <param name="OriginalDigest">Digest of its blob before.</param>
/// <param name="OriginalMediaType">Its media type before.</param>
/// <param name="Digest">Digest of its blob as written; the same where only the media type changed.</param>
/// <param name="MediaType">Its media type as written.</param>
/// <param name="Size">Size of its blob as written, in bytes.</param>
public sealed record ConvertedLayer(
    string OriginalDigest, string OriginalMediaType, string Digest, string MediaType, long Size)
{
    /// <summary>Both blobs, by their digests' beginnings.</summary>
    public override string ToString() => $"{ShortText.Digest(OriginalDigest)} to {ShortText.Digest(Digest)}";
}
