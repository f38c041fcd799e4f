using System.Collections.Immutable;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Restoring;

/// <summary>
/// Finds what the parts of a chained archive take: what the baselines have is taken from there, and what they lack is
/// made, be it of other parts.
/// </summary>
/// <param name="archive">What the archive says.</param>
/// <param name="hasContent">Whether the baselines have a content.</param>
/// <param name="hasBlob">Whether the baselines have a blob.</param>
internal sealed class PartSearch(
    ArchiveManifest archive, Func<Digest, bool> hasContent, Func<Digest, bool> hasBlob)
{
    /// <summary>What is missing to make a part: what neither the baselines have nor the archive makes.</summary>
    /// <param name="part">A blob or a content.</param>
    public ImmutableArray<ArchivePart> MissingOf(ArchivePart part)
    {
        var missing = ImmutableArray.CreateBuilder<ArchivePart>();
        var (seen, waiting) = (new HashSet<ArchivePart> { part }, new Stack<ArchivePart>([part]));
        while (waiting.TryPop(out var next))
        {
            if (IsThere(next))
                continue;
            if (PartNeeds.Of(archive, next) is not { } needs)
            {
                missing.Add(next);
                continue;
            }
            foreach (var need in needs.Where(seen.Add))
                waiting.Push(need);
        }
        return missing.ToImmutable();
    }

    /// <summary>True for what can be made.</summary>
    /// <param name="part">A blob or a content.</param>
    public bool Has(ArchivePart part) => MissingOf(part).IsEmpty;

    private bool IsThere(ArchivePart part) =>
        part.Kind == ArchivePartKind.Content ? hasContent(part.Digest) : hasBlob(part.Digest);
}
