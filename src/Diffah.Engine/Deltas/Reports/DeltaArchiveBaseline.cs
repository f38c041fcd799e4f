using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Deltas.Reports;

/// <summary>An image that a delta was made from.</summary>
/// <param name="ManifestDigest">Digest of its manifest.</param>
/// <param name="MediaType">Media type of its manifest.</param>
/// <param name="SourceHint">Where it came from, as the producer named it; may be empty.</param>
/// <param name="ReadBytes">Bytes of its layers that a restore reads to make others; null where the archive does not
/// say.</param>
/// <param name="FetchBytes">Bytes of the archive's entries that a restore from it reads; null where the archive does
/// not say.</param>
public sealed record DeltaArchiveBaseline(
    string ManifestDigest, string MediaType, string SourceHint, long? ReadBytes, long? FetchBytes)
{
    /// <summary>What it was called; the beginning of its digest where nobody says.</summary>
    public override string ToString() => SourceHint.Length > 0 ? SourceHint : ShortText.Digest(ManifestDigest);
}
