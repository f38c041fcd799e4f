using System.Collections.Immutable;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Restoring;

/// <summary>What a delta archive has that refers to its images and indexes.</summary>
/// <param name="archive">The archive; not owned.</param>
/// <param name="reference">What messages call it.</param>
internal sealed class DeltaReferrers(ArchiveReader archive, ImageReference reference)
{
    /// <summary>What refers to some manifests, and what refers to that.</summary>
    /// <param name="subjects">Digests of the manifests.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="Diagnostics.DiffahException">ArchiveInvalid, InvalidManifest.</exception>
    public async Task<ImmutableArray<ReferrerTree>> OfAsync(
        IEnumerable<Digest> subjects, CancellationToken cancellationToken)
    {
        var bySubject = archive.Manifest.Referrers.ToLookup(r => r.Subject);
        var seen = subjects.ToHashSet();
        var waiting = new Queue<Digest>(seen);
        var found = ImmutableArray.CreateBuilder<ReferrerTree>();
        while (waiting.TryDequeue(out var subject))
        {
            foreach (var referrer in bySubject[subject].Where(r => seen.Add(r.Manifest.Digest)))
            {
                found.Add(await ReadAsync(referrer, cancellationToken));
                waiting.Enqueue(referrer.Manifest.Digest);
            }
        }
        return [.. found.OrderBy(f => f.Digest)];
    }

    /// <summary>Reads one, and checks that the archive has all of it.</summary>
    /// <param name="referrer">What the archive says of it.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="Diagnostics.DiffahException">ArchiveInvalid, InvalidManifest.</exception>
    public async Task<ReferrerTree> ReadAsync(ArchiveReferrer referrer, CancellationToken cancellationToken)
    {
        var what = $"referrer {referrer.Manifest.Digest}";
        var source = new DeltaIndexSource(archive, what, referrer.Manifest, [], reference);
        var tree = await ManifestTree.ReadAsync(source, cancellationToken);
        if (ManifestSubject.Find(tree.Root)?.Subject.Digest != referrer.Subject)
            throw SidecarFields.Invalid($"{what} is said to refer to {referrer.Subject}, and its manifest does not");
        source.RequireWhole(tree);
        return new ReferrerTree(source, tree, referrer.Subject, referrer.ArtifactType);
    }
}
