using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Images;

/// <summary>Makes visible what was written, and compares it with what was promised.</summary>
internal static class ReadBack
{
    /// <summary>Reads back what was written before it becomes visible; right after, where it can't be read any sooner.</summary>
    /// <param name="promised">What was to be written.</param>
    /// <param name="destination">Where it was written.</param>
    /// <param name="cancellationToken">Stops it, as long as nothing is visible.</param>
    /// <exception cref="DiffahException">DigestMismatch, and what the destination throws.</exception>
    public static async Task PublishAsync(ManifestTree promised, IImageDestination destination, CancellationToken cancellationToken)
    {
        var staged = await destination.StageAsync(cancellationToken).ConfigureAwait(false);
        if (staged is not null)
            await CheckAsync(promised, staged, "would hold", "nothing was written", cancellationToken).ConfigureAwait(false);
        await destination.CommitAsync(cancellationToken).ConfigureAwait(false);
        if (staged is null)
            await CheckAsync(promised, await destination.OpenCommittedAsync(cancellationToken).ConfigureAwait(false), "holds", "somebody else may have written there too", cancellationToken).ConfigureAwait(false);
    }

    private static async Task CheckAsync(ManifestTree promised, IImageSource source, string holds, string outcome, CancellationToken cancellationToken)
    {
        await using (source.ConfigureAwait(false))
        {
            var written = await ManifestTree.ReadAsync(source, cancellationToken).ConfigureAwait(false);
            if (!written.IsSameAs(promised))
                throw new DiffahException(DiffahErrors.DigestMismatch,
                    $"{source.Reference} {holds} the manifest {written.Root.Digest}, not the {promised.Root.Digest} that was promised; {outcome}.",
                    "Choose another destination, or write the image again.");
        }
    }
}
