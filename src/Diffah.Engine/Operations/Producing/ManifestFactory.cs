using System.Collections.Immutable;
using Diffah.Engine.Configuration;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Deltas.Making;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Operations.Producing;

/// <summary>Puts together what an archive says of itself.</summary>
internal static class ManifestFactory
{
    public static ArchiveManifest Create(
        DeltaInputs inputs, ImmutableSortedDictionary<Digest, EncodedBlob> blobs, Platform requested,
        DateTimeOffset createdAt) => new(
        FormatVersion.V1, FormatVersion.Bundle, "diffah", HostEnvironment.ProductVersion, createdAt.ToUniversalTime(),
        inputs.AgreedPlatform(requested).ToString(),
        blobs.ToImmutableSortedDictionary(b => b.Key, b => b.Value.Entry),
        [.. inputs.Images.OrderBy(i => i.Name, StringComparer.Ordinal).Select(Describe)]);

    private static ArchiveImage Describe(DeltaInput input) => new(input.Name,
        new ArchiveBaseline(
            input.Baseline.Manifest.Digest, input.Baseline.Manifest.MediaType, input.Baseline.SourceHint),
        new ArchiveTarget(input.Target.Manifest.Digest, input.Target.Manifest.Raw.Bytes.Length,
            input.Target.Manifest.MediaType)
        { Tag = ImageTitle.Of(input.Target.Source).Tag });
}
