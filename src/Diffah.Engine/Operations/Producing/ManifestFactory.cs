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
    /// <param name="inputs">The images.</param>
    /// <param name="delta">What travels.</param>
    /// <param name="options">The knobs.</param>
    /// <param name="createdAt">When it was made; null where nobody says.</param>
    public static ArchiveManifest Create(
        DeltaInputs inputs, EncodedDelta delta, EncodingOptions options, DateTimeOffset? createdAt) => new(
        options.FormatVersion == 1 ? FormatVersion.V1 : FormatVersion.V2, FormatVersion.Bundle, "diffah",
        HostEnvironment.ProductVersion, (createdAt ?? TimeOf(inputs, options)).ToUniversalTime(),
        inputs.AgreedPlatform(options.Platform).ToString(),
        delta.Blobs.ToImmutableSortedDictionary(b => b.Key, b => b.Value.Entry),
        [.. inputs.Images.OrderBy(i => i.Name, StringComparer.Ordinal).Select(i => Describe(i, delta))])
        {
            Contents = delta.Contents.ToImmutableSortedDictionary(c => c.Key, c => c.Value.Patch),
            Account = delta.Account.IsEmpty
                ? null
                : new StoredAccount(Digest.Compute(delta.Account.Span), delta.Account.Length),
            Since = inputs.Since,
            Reused = delta.Reused.ToImmutableSortedDictionary(r => r.Key, r => r.Value.Layer),
        };

    // From version 2 on the same images give the same bytes: the archive is as old as the youngest of them.
    private static DateTimeOffset TimeOf(DeltaInputs inputs, EncodingOptions options) => options.FormatVersion == 1
        ? DateTimeOffset.UtcNow
        : inputs.Images.Select(i => i.Target.Config.Created).Max() ?? DateTimeOffset.UnixEpoch;

    private static ArchiveImage Describe(DeltaInput input, EncodedDelta delta) => new(input.Name,
        new ArchiveBaseline(
            input.Baseline.Manifest.Digest, input.Baseline.Manifest.MediaType, input.Baseline.SourceHint)
        {
            ReadSize = delta.Reads.TryGetValue(input.Name, out var bytes) ? bytes : null,
        },
        new ArchiveTarget(input.Target.Manifest.Digest, input.Target.Manifest.Raw.Bytes.Length,
            input.Target.Manifest.MediaType)
        { Tag = ImageTitle.Of(input.Target.Source).Tag });
}
