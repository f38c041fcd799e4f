using System.Collections.Immutable;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Deltas.Restoring;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations.Requests;

namespace Diffah.Engine.Operations.Verification;

/// <summary>
/// Rebuilds images from an archive and their baselines, and keeps nothing of them: <c>baseline</c> an image,
/// <c>rebuild</c> a blob. Only what patches refer to lies in the work directory for a while.
/// </summary>
internal sealed class RebuildCheck : IAsyncDisposable
{
    private const string Baseline = "baseline";

    private readonly VerifyArchiveRequest _request;
    private readonly ArchiveReader _archive;
    private readonly FindingList _findings;
    private readonly EventSink _events;
    private readonly RebuiltImages _rebuilt;

    public RebuildCheck(
        ITransportCatalog transports, VerifyArchiveRequest request, ArchiveReader archive, FindingList findings,
        TransportContext context)
    {
        (_request, _archive, _findings, _events) = (request, archive, findings, context.Events);
        _rebuilt = new RebuiltImages(
            archive, transports, new(request.Platform, request.AdditionalBaselines, 0, null), context);
    }

    /// <summary>
    /// Opens the baselines, so that one that is not there is told before the long checks. What is wrong inside one is
    /// found later.
    /// </summary>
    /// <param name="baselines">Baselines by the images' names.</param>
    /// <param name="cancellationToken">Stops the reads.</param>
    /// <exception cref="DiffahException">What transports throw that is not the fault of a baseline's
    /// content.</exception>
    public async Task PrepareAsync(
        ImmutableSortedDictionary<string, ImageReference> baselines, CancellationToken cancellationToken)
    {
        foreach (var image in _archive.Manifest.Images)
        {
            if (baselines.GetValueOrDefault(image.Name) is not { } reference)
                continue;
            try
            {
                await _rebuilt.OpenBaselinesAsync(image, reference, cancellationToken);
            }
            catch (Exception e) when (FindingList.IsFault(e))
            {
                // The check of the image that it is for meets the same error, and makes a finding of it.
            }
        }
    }

    /// <summary>Checks every image of the archive.</summary>
    /// <param name="baselines">Baselines by the images' names.</param>
    /// <param name="manifests">The manifests that could be read, by the images' names.</param>
    /// <param name="cancellationToken">Stops the checks.</param>
    public async Task RunAsync(
        ImmutableSortedDictionary<string, ImageReference> baselines,
        IReadOnlyDictionary<string, ImageManifest> manifests, CancellationToken cancellationToken)
    {
        var opened = new List<(ArchiveImage Image, DeltaLink Link, ImageManifest Manifest)>();
        foreach (var image in _archive.Manifest.Images)
        {
            if (baselines.GetValueOrDefault(image.Name) is not { } reference)
                TellMissing(image);
            else if (await OpenAsync(
                image, reference, manifests.GetValueOrDefault(image.Name), cancellationToken) is { } link
                && manifests.TryGetValue(image.Name, out var manifest))
                opened.Add((image, link, manifest));
        }
        foreach (var (_, link, manifest) in opened)
            link.Expect(manifest);
        foreach (var (image, link, manifest) in opened)
            await RebuildAsync(image, link, manifest, cancellationToken);
    }

    public ValueTask DisposeAsync() => _rebuilt.DisposeAsync();

    private void TellMissing(ArchiveImage image)
    {
        var hint = $"Give the baseline image whose manifest digest is {image.Baseline.ManifestDigest}"
            + (_archive.Manifest.Version == FormatVersion.V1 ? "." : ", or any image with its layers' contents.");
        if (_request.RequireBaseline)
            _findings.Fail(Baseline, image.Name, new DiffahException(DiffahErrors.InvalidArgument,
                $"No baseline was given for image '{image.Name}', so it was not rebuilt.", hint));
        else
            _findings.Skipped(
                Baseline, image.Name, "no baseline was given, so patches and reused layers were not rebuilt", hint);
    }

    /// <summary>Null where the baseline does not have what is needed, or is damaged itself.</summary>
    private async Task<DeltaLink?> OpenAsync(
        ArchiveImage image, ImageReference reference, ImageManifest? manifest, CancellationToken cancellationToken)
    {
        DeltaLink? opened = null;
        var isRight = await _findings.CheckAsync(Baseline, image.Name, async () =>
        {
            opened = await _rebuilt.OpenLinkAsync(image, reference, cancellationToken);
            var baselines = opened.Baselines;
            if (_archive.Manifest.Version == FormatVersion.V1)
                DeltaPreflight.CheckBaseline(image, baselines.First);
            else if (manifest is not null && await DeltaPreflight.CheckAsync(
                opened, manifest, null, cancellationToken) is { } error)
                throw error;
            return $"{reference} is {baselines.First.Manifest.Digest}"
                + (baselines.All.Length == 1 ? "" : $", with {baselines.All.Length - 1} more");
        });
        return isRight ? opened : null;
    }

    private async Task RebuildAsync(
        ArchiveImage image, DeltaLink link, ImageManifest manifest, CancellationToken cancellationToken)
    {
        foreach (var blob in manifest.Layers.Prepend(manifest.Config).DistinctBy(b => b.Digest))
        {
            await _findings.CheckAsync("rebuild", blob.Digest.ToString(), async () =>
            {
                using var progress = _events.BeginPart($"blob {blob.Digest.ShortHex}", "rebuilding", blob.Size);
                if (await link.Source.LeavesElsewhereAsync(blob, cancellationToken))
                    return $"of image '{image.Name}', left where its manifest says it is";
                using var stream = await link.Source.OpenVerifiedAsync(blob, cancellationToken);
                await stream.CopyToAsync(Stream.Null, progress.Advance, cancellationToken);
                return $"{blob.Size} bytes of image '{image.Name}', {Origin(blob.Digest, link.Baselines)}";
            });
        }
    }

    private string Origin(Digest digest, BaselineImages baselines) =>
        _archive.Manifest.Blobs.GetValueOrDefault(digest) switch
        {
            null => "from the baseline",
            { Origin: BlobOrigin.Full } => "from the archive",
            { Form: not null } when baselines.Stores(digest) => "from the baseline",
            { Form: { } form } => $"made of the content {form.Content}",
            { PatchFrom: var from } => $"from a patch of {from}",
        };
}
