using System.Collections.Immutable;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Making;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Operations.Producing;

/// <summary>What is worth knowing of an archive that was made all the same.</summary>
internal static class ArchiveWarnings
{
    /// <summary>Tells of layers whose best patch was not smaller than they are.</summary>
    /// <param name="decisions">What was planned.</param>
    /// <param name="blobs">What came of it.</param>
    /// <param name="events">Whom to tell.</param>
    public static void TellOfUselessPatches(
        IReadOnlyDictionary<Digest, BlobDecision> decisions, ImmutableSortedDictionary<Digest, EncodedBlob> blobs,
        EventSink events)
    {
        var whole = decisions.Values
            .Where(d => d.Origin == BlobOrigin.Patch && blobs[d.Digest].Entry.Origin == BlobOrigin.Full).ToArray();
        if (whole.Length > 0)
            events.Warn(
                $"No patch was smaller than the layer for {whole.Length} changed "
                    + $"layer{(whole.Length == 1 ? "" : "s")}: "
                    + $"shipped whole ({Human.Size(whole.Sum(d => d.Descriptor.Size))}).");
    }

    /// <summary>
    /// Tells of baselines whose tag means another image by now. Where that can't be asked, nothing is said.
    /// </summary>
    /// <param name="inputs">The images.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the questions.</param>
    public static async Task TellOfMovedBaselinesAsync(
        IEnumerable<DeltaInput> inputs, EventSink events, CancellationToken cancellationToken)
    {
        foreach (var baseline in inputs.Select(i => i.Baseline.Image).OfType<Image>().DistinctBy(i => i.Source))
        {
            if (baseline.Source is ITaggedSource tagged && await HasMovedAsync(tagged, events, cancellationToken))
                events.Warn(
                    $"The baseline {tagged.Reference} means another image now than when it was read. "
                        + $"The archive is for {tagged.Reference.AtDigest(baseline.Manifest.Digest)}.");
        }
    }

    private static async Task<bool> HasMovedAsync(
        ITaggedSource source, EventSink events, CancellationToken cancellationToken)
    {
        try
        {
            return await source.HasMovedAsync(cancellationToken);
        }
        catch (DiffahException e)
        {
            events.Debug($"Whether {source.Reference} was moved can't be asked: {e.Message}");
            return false;
        }
    }
}
