using System.Collections.Immutable;
using Diffah.Engine.Configuration;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Deltas.Making;
using Diffah.Engine.Diagnostics;
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
            Requires = Requirements(delta),
            Contents = delta.Contents.ToImmutableSortedDictionary(c => c.Key, c => c.Value.Patch),
            Account = delta.Account.IsEmpty
                ? null
                : new StoredAccount(Digest.Compute(delta.Account.Span), delta.Account.Length),
            Since = inputs.Since,
            Reused = delta.Reused.ToImmutableSortedDictionary(r => r.Key, r => r.Value.Layer),
            Indexes = [.. inputs.Indexes.Select(i => i.Describe()).OrderBy(i => i.Name, StringComparer.Ordinal)],
            Referrers =
                [.. inputs.Referrers.Select(
                    r => new ArchiveReferrer(r.Tree.Root.Descriptor, r.Subject, Printable.Line(r.ArtifactType)))],
        };

    // From version 2 on the same images give the same bytes: the archive is as old as the youngest of them.
    private static DateTimeOffset TimeOf(DeltaInputs inputs, EncodingOptions options) => options.FormatVersion == 1
        ? DateTimeOffset.UtcNow
        : inputs.Images.Select(i => i.Target.Config.Created).Max() ?? DateTimeOffset.UnixEpoch;

    private static ArchiveImage Describe(DeltaInput input, EncodedDelta delta) => new(input.Name,
        Describe(input.Name, input.Baseline, delta),
        new ArchiveTarget(input.Target.Manifest.Digest, input.Target.Manifest.Raw.Bytes.Length,
            input.Target.Manifest.MediaType)
        { Tag = ImageTitle.Of(input.Target.Source).Tag })
    {
        OtherBaselines = [.. input.OtherBaselines.Select(b => Describe(input.Name, b, delta))],
        NeedsAllBaselines = input.NeedsAllBaselines,
    };

    private static ArchiveBaseline Describe(string image, DeltaBaseline baseline, EncodedDelta delta)
    {
        var cost = delta.Reads.GetValueOrDefault((image, baseline.Manifest.Digest));
        return new ArchiveBaseline(baseline.Manifest.Digest, baseline.Manifest.MediaType, baseline.SourceHint)
        {
            ReadSize = cost?.Read,
            FetchSize = cost?.Fetched,
        };
    }

    private static ImmutableSortedSet<string> Requirements(EncodedDelta delta) =>
        delta.Contents.Values.Any(c => !c.Patch.Alternatives.IsEmpty)
            ? RequiredFeatures.None.Add(RequiredFeatures.Alternatives)
            : RequiredFeatures.None;
}
