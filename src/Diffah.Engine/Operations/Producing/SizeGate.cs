using System.Collections.Immutable;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Operations.Producing;

/// <summary>Lets no archive through that is larger than it may be, and says what of it costs most.</summary>
/// <param name="limit">How large it may be; null lets everything through.</param>
internal sealed class SizeGate(SizeLimit? limit)
{
    private const int NamedCosts = 3;
    private const int MaximumName = 200;

    /// <summary>Checks an archive that is not published yet.</summary>
    /// <param name="archive">What it says of itself.</param>
    /// <param name="path">Where it is to go.</param>
    /// <exception cref="DiffahException">ArchiveTooLarge.</exception>
    public void Check(DeltaArchive archive, string path)
    {
        if (Excess(archive.ArchiveBytes, archive.ImageBytes) is not { } excess)
            return;
        var costs = archive.Images.SelectMany(i => i.Layers)
            .DistinctBy(l => l.Files.IsEmpty ? l.Digest : l.ContentDigest)
            .SelectMany(l => Costs(l.Digest, l.ArchiveSize, l.Files, l.CreatedBy));
        throw Refusal($"The archive for '{path}' takes {Human.SizeAndBytes(excess.ArchiveBytes)}",
            excess with { Costliest = Most(costs) }, null);
    }

    /// <summary>Checks a plan, by what the archive would take at the most.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="estimates">What was estimated of layers, by their digests.</param>
    /// <exception cref="DiffahException">ArchiveTooLarge.</exception>
    public void Check(DeltaPlan plan, IReadOnlyDictionary<Digest, LayerEstimate> estimates)
    {
        if (Excess(plan.EstimatedArchiveBytes, plan.ImageBytes) is not { } excess)
            return;
        var costs = plan.Images.SelectMany(i => i.Blobs).Where(b => b.Kind == BlobKind.Layer)
            .DistinctBy(b => ContentOf(b)?.DiffId.ToString() ?? b.Digest)
            .SelectMany(b => Costs(
                b.Digest, b.EstimatedBytes, ContentOf(b) is { } made ? ByteAccount.FilesOf(made.Account) : []));
        throw Refusal($"The archive for '{plan.Path}' would take {Human.SizeAndBytes(excess.ArchiveBytes)} at the most",
            excess with { Costliest = Most(costs) },
            "This is an estimate, and the archive may come out smaller: make it to know. "
                + DiffahErrors.ArchiveTooLarge.NextAction);

        EncodedContent? ContentOf(PlannedBlob blob) =>
            estimates.GetValueOrDefault(Digest.Parse(blob.Digest)) is { IsByContent: true } estimate
                ? estimate.Content
                : null;
    }

    private SizeExcess? Excess(long archiveBytes, long imageBytes) =>
        limit?.Of(imageBytes) is { } most && archiveBytes > most
            ? new SizeExcess(archiveBytes, most, imageBytes, [])
            : null;

    private static IEnumerable<SizeCost> Costs(
        string layer, long size, ImmutableArray<DeltaArchiveFile> files, string? createdBy = null) =>
        files.IsEmpty
            ? [new SizeCost(null, layer, size) { CreatedBy = createdBy }]
            : files.Select(f => new SizeCost(f.Path, layer, f.ArchiveSize));

    private static ImmutableArray<SizeCost> Most(IEnumerable<SizeCost> costs) =>
        [.. costs.Where(c => c.ArchiveBytes > 0).OrderByDescending(c => c.ArchiveBytes).Take(NamedCosts)];

    private DiffahException Refusal(string size, SizeExcess excess, string? nextAction)
    {
        var share = limit!.IsRelative ? $" ({limit} of {Human.Size(excess.ImageBytes)})" : "";
        var costs = excess.Costliest.Select(c => $"{NameOf(c)} ({Human.Size(c.ArchiveBytes)})").ToArray();
        var most = costs.Length == 0 ? "" : $" What costs most: {string.Join(", ", costs)}.";
        return new DiffahException(DiffahErrors.ArchiveTooLarge,
            $"{size}, more than the {Human.SizeAndBytes(excess.LimitBytes)} that it may take{share}.{most}", nextAction)
        {
            Excess = excess,
        };
    }

    private static string NameOf(SizeCost cost)
    {
        if (cost.Path is { } path)
            return ShortText.Cut(path, MaximumName);
        var layer = $"layer {ShortText.DigestAndAlgorithm(cost.Layer)}";
        return cost.CreatedBy is { } step ? $"{layer} of '{ShortText.BuildStep(step, MaximumName)}'" : layer;
    }
}
