using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images.Copying;

/// <summary>Makes visible what was written, and compares it with what was promised.</summary>
internal static class ReadBack
{
    /// <summary>
    /// Completes the writing, and reads back what was written where that can be done before it becomes visible.
    /// </summary>
    /// <param name="promised">What was to be written.</param>
    /// <param name="referrers">What refers to it, and was written too.</param>
    /// <param name="destination">Where it was written.</param>
    /// <param name="cancellationToken">Stops it; nothing is visible.</param>
    /// <returns>True where it was read back.</returns>
    /// <exception cref="DiffahException">ReadBackFailed, and what the destination throws.</exception>
    public static async Task<bool> StageAsync(
        ManifestTree promised, ImmutableArray<ReferrerTree> referrers, IImageDestination destination,
        CancellationToken cancellationToken)
    {
        if (await destination.StageAsync(cancellationToken) is not { } staged)
            return false;
        try
        {
            await CheckAsync(promised, referrers, staged, "would hold", "nothing was written", cancellationToken);
        }
        catch (DiffahException e) when (e.Error.Category == DiffahErrorCategory.Content)
        {
            throw new DiffahException(DiffahErrors.ReadBackFailed,
                $"What was written to {destination.Reference} does not read back: {e.Message}", inner: e);
        }
        return true;
    }

    /// <summary>Makes visible what was written; reads it back now, where that could not be done any sooner.</summary>
    /// <param name="promised">What was to be written.</param>
    /// <param name="referrers">What refers to it, and was written too.</param>
    /// <param name="destination">Where it was written.</param>
    /// <param name="wasRead">What <see cref="StageAsync"/> said.</param>
    /// <param name="cancellationToken">Stops it, as long as nothing is visible.</param>
    /// <exception cref="DiffahException">DigestMismatch, and what the destination throws.</exception>
    public static async Task CommitAsync(
        ManifestTree promised, ImmutableArray<ReferrerTree> referrers, IImageDestination destination, bool wasRead,
        CancellationToken cancellationToken)
    {
        await destination.CommitAsync(cancellationToken);
        if (!wasRead && await destination.OpenCommittedAsync(cancellationToken) is { } committed)
            await CheckAsync(
                promised, referrers, committed, "holds", "somebody else may have written there too", cancellationToken);
    }

    private static async Task CheckAsync(
        ManifestTree promised, ImmutableArray<ReferrerTree> referrers, IImageSource source, string holds,
        string outcome, CancellationToken cancellationToken)
    {
        await using (source)
        {
            var written = await ManifestTree.ReadAsync(source, cancellationToken);
            if (!written.IsSameAs(promised))
                throw new DiffahException(DiffahErrors.DigestMismatch,
                    $"{source.Reference} {holds} the manifest {written.Root.Digest}, "
                        + $"not the {promised.Root.Digest} that was promised; {outcome}.",
                    "Choose another destination, or write the image again.");
            foreach (var subject in referrers.GroupBy(r => r.Subject))
                await CheckAsync(subject.Key, subject, source, holds, outcome, cancellationToken);
        }
    }

    /// <summary>Every referrer must be found by what it refers to.</summary>
    private static async Task CheckAsync(
        Digest subject, IEnumerable<ReferrerTree> promised, IImageSource source, string holds, string outcome,
        CancellationToken cancellationToken)
    {
        var listed = source is IReferrerSource referrers
            ? (await referrers.ListReferrersAsync(subject, null, cancellationToken)).Select(r => r.Descriptor.Digest)
            : [];
        var found = listed.ToHashSet();
        foreach (var referrer in promised)
        {
            // Its own bytes, and its digest is theirs.
            if (!found.Contains(referrer.Digest)
                || !(await source.GetManifestAsync(referrer.Digest, cancellationToken)).Bytes.Span
                    .SequenceEqual(referrer.Tree.Root.Bytes.Span))
                throw new DiffahException(DiffahErrors.DigestMismatch,
                    $"{source.Reference} {holds} no {referrer.Digest}, which was promised and refers to {subject}; "
                        + $"{outcome}.",
                    "Choose another destination, or write the image again.");
        }
    }
}
