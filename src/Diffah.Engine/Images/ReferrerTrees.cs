using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images;

/// <summary>What refers to a manifest, with all that it lists.</summary>
/// <param name="Source">Where it comes from; not owned.</param>
/// <param name="Tree">Its manifest, and those below it where it is an index.</param>
/// <param name="Subject">Digest of the manifest that it refers to.</param>
/// <param name="ArtifactType">What it is; empty where it does not say.</param>
internal sealed record ReferrerTree(IImageSource Source, ManifestTree Tree, Digest Subject, string ArtifactType)
{
    /// <summary>Digest of its manifest.</summary>
    public Digest Digest => Tree.Root.Digest;
}

/// <summary>Finds what refers to manifests, and what refers to that: a signature of an SBOM.</summary>
internal static class ReferrerTrees
{
    /// <summary>How long a chain of referrers is followed.</summary>
    public const int MaximumDepth = 4;

    /// <summary>How many are taken at once.</summary>
    public const int MaximumCount = 1000;

    // Manifests are kept in memory.
    private const long MaximumBytes = 32 << 20;

    // Deltas that were published for an image would make an archive of it as large as they are, and are of no use
    // there.
    private const string DeltaTypes = "application/vnd.diffah.delta.";

    /// <summary>Reads all that refers to some manifests, each once. Published deltas are passed over.</summary>
    /// <param name="source">Where they are.</param>
    /// <param name="subjects">Digests of the manifests.</param>
    /// <param name="events">Told of what can't be read.</param>
    /// <param name="cancellationToken">Stops the reads.</param>
    /// <exception cref="DiffahException">InvalidManifest: there are too many; and what the source throws.</exception>
    public static async Task<ImmutableArray<ReferrerTree>> ReadAsync(
        IReferrerSource source, IEnumerable<Digest> subjects, EventSink events, CancellationToken cancellationToken)
    {
        var found = new List<ReferrerTree>();
        var seen = new HashSet<Digest>();
        var bytes = 0L;
        var level = subjects.Distinct().ToList();
        seen.UnionWith(level);
        for (var depth = 0; depth < MaximumDepth && level.Count > 0; depth++)
        {
            var next = new List<Digest>();
            foreach (var subject in level)
            {
                foreach (var listed in await source.ListReferrersAsync(subject, null, cancellationToken))
                {
                    if (listed.ArtifactType.StartsWith(DeltaTypes, StringComparison.Ordinal)
                        || !seen.Add(listed.Descriptor.Digest))
                        continue;
                    if (await TryReadAsync(source, subject, listed, events, cancellationToken) is not { } tree)
                        continue;
                    found.Add(tree);
                    next.Add(tree.Digest);
                    bytes += tree.Tree.Manifests.Sum(m => (long)m.Bytes.Length);
                    if (found.Count > MaximumCount || bytes > MaximumBytes)
                        throw new DiffahException(DiffahErrors.InvalidManifest,
                            $"More refers to the image of {source.Reference} than is taken at once ({MaximumCount} "
                                + $"manifests, {MaximumBytes >> 20} MiB of them).",
                            "Leave IncludeReferrers (--include-referrers) out.");
                }
            }
            level = next;
        }
        return [.. found.OrderBy(f => f.Digest)];
    }

    /// <summary>
    /// Reads all that refers to some manifests of any source; one that does not know such things is told of.
    /// </summary>
    /// <param name="source">Where they are.</param>
    /// <param name="subjects">Digests of the manifests.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the reads.</param>
    /// <exception cref="DiffahException">What the other overload throws.</exception>
    public static async Task<ImmutableArray<ReferrerTree>> TakeAlongAsync(
        IImageSource source, IEnumerable<Digest> subjects, EventSink events, CancellationToken cancellationToken)
    {
        if (source is not IReferrerSource known)
        {
            events.Warn($"{source.Reference.Traits.Prefix} does not say what refers to an image: of {source.Reference} "
                + "nothing such is taken along.");
            return [];
        }
        var found = await ReadAsync(known, subjects, events, cancellationToken);
        events.Verbose($"{source.Reference}: {Count(found.Length)} taken along.");
        return found;
    }

    /// <summary>How many there are, for a sentence that goes on.</summary>
    /// <param name="count">How many.</param>
    public static string Count(int count) => count == 1 ? "1 referrer is" : $"{count} referrers are";

    private static async Task<ReferrerTree?> TryReadAsync(
        IReferrerSource source, Digest subject, Referrer listed, EventSink events, CancellationToken cancellationToken)
    {
        try
        {
            var root = await source.GetManifestAsync(listed.Descriptor.Digest, cancellationToken);
            var tree = await new ManifestWalk(source).RunAsync(root, cancellationToken);
            return new ReferrerTree(source, tree, subject, listed.ArtifactType);
        }
        catch (DiffahException e) when (e.Error == DiffahErrors.InvalidManifest)
        {
            events.Warn($"{listed.Descriptor.Digest} refers to {subject} and can't be taken along: {e.Message}");
            return null;
        }
    }
}
