using System.Collections.Immutable;
using Diffah.Engine.Configuration;
using Diffah.Engine.Deltas.Encoders;
using Diffah.Engine.Deltas.Planning;
using Diffah.Engine.Deltas.Sidecars;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Operations.Producing;

/// <summary>Puts together what an archive says of itself.</summary>
internal static class SidecarFactory
{
    public static Sidecar Create(DeltaInputs inputs, ImmutableSortedDictionary<Digest, EncodedBlob> blobs, Platform requested, DateTimeOffset createdAt) => new(
        FormatVersion.V1, FormatVersion.Bundle, "diffah", HostEnvironment.ProductVersion, createdAt.ToUniversalTime(),
        inputs.AgreedPlatform(requested).ToString(),
        blobs.ToImmutableSortedDictionary(b => b.Key, b => b.Value.Entry),
        [.. inputs.Images.OrderBy(i => i.Name, StringComparer.Ordinal).Select(Describe)]);

    private static SidecarImage Describe(DeltaInput input) => new(input.Name,
        new SidecarBaseline(input.Baseline.Manifest.Digest, input.Baseline.Manifest.MediaType, input.Baseline.SourceHint),
        new SidecarTarget(input.Target.Manifest.Digest, input.Target.Manifest.Raw.Bytes.Length, input.Target.Manifest.MediaType) { Tag = ImageTitle.Of(input.Target.Source).Tag });
}
