using System.Collections.Immutable;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Publishing;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;

namespace Diffah.Engine.Operations.Publishing;

/// <summary>The deltas that are published between the versions of an image.</summary>
/// <param name="transports">Where they are.</param>
/// <param name="encoding">Which image of an index is meant, and what is read at the most.</param>
/// <param name="workDirectory">Absolute path of the folder to spool in; null is the system's temporary folder.</param>
internal sealed class PolicyDeltas(ITransportCatalog transports, EncodingOptions encoding, string? workDirectory)
{
    /// <summary>The smallest published delta from one version to another; null where there is none.</summary>
    /// <param name="image">The version that is made.</param>
    /// <param name="from">The version that it is made from.</param>
    /// <param name="isSigned">Whether one without a signature does not count.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <exception cref="DiffahException">What opening an image throws.</exception>
    public async Task<PublishedDelta?> FindAsync(
        ImageReference image, ImageReference from, bool isSigned, EventSink events, CancellationToken cancellationToken)
    {
        // One that could be applied as well but was not made from it may carry everything whole.
        var baseline = await DigestAsync(from, events, cancellationToken);
        return (await ListAsync(image, events, cancellationToken))
            .Where(d => (d.IsSigned || !isSigned) && !d.NeedsAllBaselines
                && d.Baselines.Any(b => b.ManifestDigest == baseline))
            .OrderBy(d => d.Bytes).ThenBy(d => d.Digest, StringComparer.Ordinal).FirstOrDefault();
    }

    /// <summary>Finds deltas between versions that a policy has no use for any longer.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="image">The newest version.</param>
    /// <param name="previous">Tags of the versions before it, the oldest first.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <exception cref="DiffahException">What opening an image throws.</exception>
    public async Task<ImmutableArray<PublishedDelta>> FindUnkeptAsync(
        DeltaPolicy policy, ImageReference image, ImmutableArray<string> previous, EventSink events,
        CancellationToken cancellationToken)
    {
        ImmutableArray<ImageReference> versions = [.. previous.Select(t => PolicyVersions.At(image, t)), image];
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var unkept = ImmutableArray.CreateBuilder<PublishedDelta>();
        for (var version = 0; version < versions.Length; version++)
        {
            // Two tags may be one image: what leads to it is told of the first.
            if (!numbers.TryAdd(await DigestAsync(versions[version], events, cancellationToken), version))
                continue;
            var published = version == 0 ? [] : await ListAsync(versions[version], events, cancellationToken);
            unkept.AddRange(published.Where(d => StepsOf(d, version).ToArray() is [_, ..] steps
                && !steps.Any(s => policy.Keeps(s, versions.Length - 1, 0))));
        }
        foreach (var delta in unkept)
            events.Verbose($"The policy {policy} has no use for {delta.Reference} any longer, a delta from "
                + $"{string.Join(" or ", delta.Baselines)}; it may be deleted.");
        return unkept.ToImmutable();

        // What is made from an image that is no version that was named, or needs several, is no policy's.
        IEnumerable<DeltaStep> StepsOf(PublishedDelta delta, int version) => delta.NeedsAllBaselines ? []
            : delta.Baselines.All(b => numbers.ContainsKey(b.ManifestDigest))
                ? delta.Baselines.Select(b => new DeltaStep(numbers[b.ManifestDigest], version))
                    .Where(s => s.Distance > 0)
                : [];
    }

    private Task<ImmutableArray<PublishedDelta>> ListAsync(
        ImageReference image, EventSink events, CancellationToken cancellationToken) =>
        new FindDeltas(transports).RunAsync(new FindDeltasRequest
        {
            Image = image,
            Platform = encoding.Platform,
            WorkDirectory = workDirectory,
            MaxLayerSize = encoding.MaxLayerSize,
        }, events, cancellationToken);

    private async Task<string> DigestAsync(
        ImageReference image, EventSink events, CancellationToken cancellationToken)
    {
        using var work = new WorkDirectory(workDirectory ?? Path.GetTempPath());
        await using var source = await transports.Get(image)
            .OpenSourceAsync(image, new TransportContext(work, events), cancellationToken);
        var root = await source.GetManifestAsync(null, cancellationToken);
        return (await new PlatformChoice(source, encoding.Platform).FindAsync(root, cancellationToken))
            .Raw.Digest.ToString();
    }
}
