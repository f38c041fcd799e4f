using System.Collections.Immutable;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Merging;

/// <summary>
/// Makes one archive of several that are applied one after the other. No image is asked: what the last gives is put
/// together of the parts of all, and parts that it does not need are left out.
/// </summary>
/// <param name="archives">The archives, in the order in which they are applied; not owned.</param>
internal sealed class DeltaMerger(ImmutableArray<ArchiveReader> archives)
{
    /// <summary>Merges.</summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DiffahException">BaselineMismatch: one does not go on from where another ends.
    /// InvalidArgument: they can't be one archive. ArchiveInvalid, and what reading manifests throws.</exception>
    public async Task<MergedDelta> MergeAsync(CancellationToken cancellationToken)
    {
        var chains = await ChainsAsync(cancellationToken);
        foreach (var chain in chains)
            new ImageChain(chain, ImmutableHashSet<(ArchiveReader, ArchivePart)>.Empty).RequireContinuous();
        var parts = Pick(chains);
        foreach (var chain in chains)
            AddDocuments(chain[^1], parts);
        var images = chains.Select(c => new ArchiveImage(
            c[^1].Image.Name, c[0].Image.Baseline with { ReadSize = null, FetchSize = null }, c[^1].Image.Target));
        return await new MergedDelta(
            [.. images.OrderBy(i => i.Name, StringComparer.Ordinal)],
            chains.ToImmutableDictionary(c => c[^1].Image.Name, c => c[^1].Manifest), parts, default)
            .WithAccountAsync(cancellationToken);
    }

    /// <summary>
    /// Picks the parts of all images. Where two would have one part in two ways, that of the later delta is taken: who
    /// has the image in between can use it.
    /// </summary>
    private MergedParts Pick(ImmutableArray<ImmutableArray<ChainLink>> chains)
    {
        var declined = new HashSet<(ArchiveReader, ArchivePart)>();
        while (true)
        {
            var all = new MergedParts();
            if (TryPick(chains, declined, all) is not { } both)
                return all;
            var (part, one, other) = both;
            var earlier = archives.IndexOf(one) < archives.IndexOf(other) ? one : other;
            if (!declined.Add((earlier, part)))
                throw MergedParts.TwoWays(part);
        }
    }

    private static (ArchivePart Part, ArchiveReader One, ArchiveReader Other)? TryPick(
        ImmutableArray<ImmutableArray<ChainLink>> chains, HashSet<(ArchiveReader, ArchivePart)> declined,
        MergedParts all)
    {
        foreach (var chain in chains)
        {
            var own = new ImageChain(chain, declined).Pick();
            if (all.Add(own) is { } part)
                return (part, all.Made[part].Archive, own.Made[part].Archive);
        }
        return null;
    }

    private static void AddDocuments(ChainLink last, MergedParts parts)
    {
        var sidecar = last.Archive.Manifest;
        Digest[] documents = [last.Image.Target.ManifestDigest, last.Manifest.Config.Digest];
        foreach (var digest in documents.Where(d => !parts.Knows(ArchivePart.Blob(d))))
        {
            if (!sidecar.Blobs.TryGetValue(digest, out var stored) || stored.Origin != BlobOrigin.Full)
                throw new DiffahException(DiffahErrors.ArchiveInvalid,
                    $"'{last.Archive.Path}' does not have the blob {digest} of image '{last.Image.Name}' whole.");
            parts.Add(ArchivePart.Blob(digest), new MergedBlob(last.Archive, stored));
        }
    }

    /// <summary>Why an archive is none of those that can be merged; null where it is one.</summary>
    private static string? WhyNot(ArchiveManifest archive)
    {
        if (archive.Requires.Except([RequiredFeatures.Chained]) is { IsEmpty: false } others)
            return $"it has what deltas of one baseline do not have ({string.Join(", ", others)})";
        if (archive.Images.Any(i => i.NeedsAllBaselines))
            return "it takes several baselines together";
        // What an index lists, and what refers to an image, would have to be that of the last alone.
        return !archive.Indexes.IsEmpty ? "it has an index with the images of its platforms"
            : !archive.Referrers.IsEmpty ? "it has what refers to its images"
            : null;
    }

    private async Task<ImmutableArray<ImmutableArray<ChainLink>>> ChainsAsync(CancellationToken cancellationToken)
    {
        if (archives.Select(a => a.Manifest.Platform).Distinct().ToArray() is { Length: > 1 } platforms)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"The deltas are for different platforms: {ShortText.List(platforms, ", ")}.",
                "Merge deltas of one image.");
        foreach (var archive in archives)
        {
            if (WhyNot(archive.Manifest) is { } why)
                throw new DiffahException(DiffahErrors.InvalidArgument, $"'{archive.Path}' can't be merged: {why}.",
                    "Restore one delta after the other, or make the delta anew from both images.");
        }
        // A delta of one image goes on from another, whatever the image is called in either.
        var isOne = archives.All(a => a.Manifest.Images.Length == 1);
        var names = isOne ? [""] : archives.SelectMany(a => a.Manifest.Images).Select(i => i.Name).Distinct().ToArray();
        var chains = ImmutableArray.CreateBuilder<ImmutableArray<ChainLink>>();
        foreach (var name in names)
        {
            var links = ImmutableArray.CreateBuilder<ChainLink>();
            foreach (var archive in archives)
            {
                if (archive.Manifest.Images.FirstOrDefault(i => isOne || i.Name == name) is { } image)
                    links.Add(await LinkAsync(archive, image, cancellationToken));
            }
            chains.Add(links.ToImmutable());
        }
        return chains.ToImmutable();
    }

    private static async Task<ChainLink> LinkAsync(
        ArchiveReader archive, ArchiveImage image, CancellationToken cancellationToken)
    {
        var manifest = await archive.ReadManifestAsync(image, cancellationToken);
        return new ChainLink(
            archive, image, manifest, await archive.TryReadConfigAsync(manifest, cancellationToken));
    }
}
