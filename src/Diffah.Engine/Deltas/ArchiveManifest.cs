using System.Collections.Immutable;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas;

/// <summary>What a delta archive says of itself, whatever version of the format wrote it; validated.</summary>
/// <param name="Version">Version of the format.</param>
/// <param name="Feature">Feature of the format.</param>
/// <param name="Tool">Name of the tool that wrote it.</param>
/// <param name="ToolVersion">Version of the tool that wrote it.</param>
/// <param name="CreatedAt">When it was written, in UTC.</param>
/// <param name="Platform">Platform, <c>os/arch[/variant]</c>.</param>
/// <param name="Blobs">What travels, by the digest of the target blob.</param>
/// <param name="Images">The images.</param>
internal sealed record ArchiveManifest(
    string Version,
    string Feature,
    string Tool,
    string ToolVersion,
    DateTimeOffset CreatedAt,
    string Platform,
    ImmutableSortedDictionary<Digest, StoredBlob> Blobs,
    ImmutableArray<ArchiveImage> Images)
{
    /// <summary>The name of the one image of a delta that is no bundle.</summary>
    public const string SingleImageName = "default";

    /// <summary>How many images an archive may hold.</summary>
    public const int MaximumImages = 1000;
}

/// <summary>One image of the archive.</summary>
internal sealed record ArchiveImage(string Name, ArchiveBaseline Baseline, ArchiveTarget Target);

/// <summary>The baseline an image's delta was made from.</summary>
internal sealed record ArchiveBaseline(Digest ManifestDigest, string MediaType, string SourceHint);

/// <summary>The image that is rebuilt.</summary>
internal sealed record ArchiveTarget(Digest ManifestDigest, long ManifestSize, string MediaType)
{
    /// <summary>The tag that the image had when the archive was made; null where nobody knows.</summary>
    public string? Tag { get; init; }
}
