using System.Diagnostics;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Registry.Api;

namespace Diffah.Engine.Transports.Registry.Referrers;

/// <summary>
/// Puts manifests, so that those which refer to others are found by them: where the registry takes no notice of a
/// subject itself, the index under the fallback tag is told (distribution spec, "Pushing Manifests with Subject").
/// </summary>
/// <param name="repository">The repository.</param>
internal sealed class ReferrerWriter(RegistryRepository repository)
{
    private const int MaximumTries = 20;

    // One after the other within this process; others are found by reading again.
    private static readonly SemaphoreSlim Gate = new(1);

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>Puts a manifest.</summary>
    /// <param name="target">A tag or digest.</param>
    /// <param name="manifest">The bytes.</param>
    /// <param name="what">For messages.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task PutAsync(
        string target, RawManifest manifest, string what, CancellationToken cancellationToken)
    {
        if (ManifestSubject.Find(manifest) is not { } subject)
        {
            await repository.PutManifestAsync(target, manifest, what, cancellationToken);
            return;
        }
        // Put again rather than looked for where an answer did not come: only the answer tells of the subject.
        if (!await repository.RunAsync(
            what, ct => repository.PutManifestOnceAsync(target, manifest, what, ct), cancellationToken))
            await AddAsync(subject, manifest, cancellationToken);
    }

    private async Task AddAsync(ManifestSubject subject, RawManifest manifest, CancellationToken cancellationToken)
    {
        var referrer = new Referrer(
            manifest.Descriptor with { Annotations = subject.Annotations }, subject.ArtifactType);
        var list = new ReferrerList(repository);
        await Gate.WaitAsync(cancellationToken);
        try
        {
            for (var tries = 0; tries < MaximumTries; tries++)
            {
                if (await TryAddAsync(list, subject.Subject.Digest, referrer, cancellationToken))
                    return;
            }
        }
        finally
        {
            Gate.Release();
        }
        throw new DiffahException(DiffahErrors.RegistryFailure,
            $"{repository.Client.Host} does not keep {manifest.Digest} in the list of what refers to "
                + $"{subject.Subject.Digest}: others write it all the time.", "Try again when they are done.");
    }

    /// <summary>
    /// A tag can't be written on a condition, so whoever read the list before this one wrote it may write one without
    /// this entry: that takes about as long as it took here, and then the list is looked at again.
    /// </summary>
    private async Task<bool> TryAddAsync(
        ReferrerList list, Digest subject, Referrer referrer, CancellationToken cancellationToken)
    {
        var took = Stopwatch.StartNew();
        var index = await list.ReadIndexAsync(subject, cancellationToken) ?? ReferrerIndex.Empty;
        if (index.Has(referrer))
            return true;
        var changed = index.With(referrer);
        if (changed.Bytes.Length > RawManifest.MaximumSize || index.Referrers.Count() >= ReferrerList.Maximum)
            throw new DiffahException(DiffahErrors.RegistryFailure,
                $"The list of what refers to {subject} at {repository.Client.Host} has no room for another entry.",
                "Delete what is no longer needed of it.");
        await repository.PutManifestAsync(ReferrerTag.Of(subject), changed,
            $"the list of what refers to {subject} in {repository.Client.Host}/{repository.Name}", cancellationToken);
        var pause = TimeSpan.FromTicks(Random.Shared.NextInt64(took.Elapsed.Ticks * 2, took.Elapsed.Ticks * 4 + 1));
        await Task.Delay(pause < ShortestPause ? ShortestPause : pause > LongestPause ? LongestPause : pause,
            cancellationToken);
        return (await list.ReadIndexAsync(subject, cancellationToken))?.Has(referrer) == true;
    }
}
