using System.Collections.Immutable;
using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Comparison;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations.Comparing;
using Diffah.Engine.Operations.Requests;
using Diffah.Engine.Operations.Restoring;

namespace Diffah.Engine.Operations;

/// <summary>Of which archive to tell what it changes, and from what.</summary>
public sealed record ReadArchiveChangesRequest
{
    /// <summary>Absolute path of the delta archive.</summary>
    public required string ArchivePath { get; init; }

    /// <summary>
    /// Absolute path of a public key that the archive must be signed with, or what a user wrote that is no path (a KMS
    /// URI, which is refused as reserved); null looks at no signature.
    /// </summary>
    public string? VerificationKeyPath { get; init; }

    /// <summary>The baseline of an archive of one image; null where baselines are given by name.</summary>
    public ImageReference? Baseline { get; init; }

    /// <summary>
    /// Baselines by the images' names: of these images the changes are told. Not together with <see cref="Baseline"/>.
    /// </summary>
    public ImmutableSortedDictionary<string, ImageReference> Baselines { get; init; } =
        ImmutableSortedDictionary<string, ImageReference>.Empty;

    /// <summary>
    /// Images beside the baselines, that what these lack may come from; of use from version 2 of the format on.
    /// </summary>
    public ImmutableArray<ImageReference> AdditionalBaselines { get; init; } = [];

    /// <summary>Which image of a baseline index is meant; null goes by the archive's platform.</summary>
    public Platform? Platform { get; init; }

    /// <summary>
    /// How baseline and image are compared. By default it is what the images' files do that counts: file systems as all
    /// layers make them, without times and without how layers are written.
    /// </summary>
    public ComparisonOptions Options { get; init; } =
        new() { Squash = true, Ignore = IgnoredDifferences.Semantic };

    /// <summary>Whether packages are told that changed.</summary>
    public bool IncludePackages { get; init; }

    /// <summary>Absolute path of the folder to spool in; null is the system's temporary folder.</summary>
    public string? WorkDirectory { get; init; }

    /// <summary>
    /// Bytes that a layer, or an image archive that is compressed as a whole, may expand to; 0 is no limit. See <see
    /// cref="EncodingOptions.MaxLayerSize"/>.
    /// </summary>
    public long MaxLayerSize { get; init; } = DecompressionBounds.DefaultMaximumContent;
}

/// <summary>Tells what a delta archive changes of its baselines, without restoring an image.</summary>
/// <param name="transports">Where baselines come from.</param>
public sealed class ReadArchiveChanges(ITransportCatalog transports)
{
    /// <summary>
    /// Opens the archive as restoring does, and compares each image that has a baseline with it. Contents are rebuilt
    /// in the work directory, and nothing is compressed.
    /// </summary>
    /// <param name="request">Of what.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work; nothing is left behind.</param>
    /// <returns>What the archive says of itself, with the changes of each image that a baseline was given
    /// for.</returns>
    /// <exception cref="DiffahException">See <see cref="DiffahErrors"/>: what restoring throws.</exception>
    public Task<DeltaArchive> RunAsync(
        ReadArchiveChangesRequest request, EventSink events, CancellationToken cancellationToken) =>
        Background.RunAsync(() => RunHereAsync(request, events, cancellationToken));

    private async Task<DeltaArchive> RunHereAsync(
        ReadArchiveChangesRequest request, EventSink events, CancellationToken cancellationToken)
    {
        CheckRequest(request);
        using var progress = events.BeginOperation("Comparing with the baseline", "checking archive and baseline", 2);
        using var work = new WorkDirectory(request.WorkDirectory ?? Path.GetTempPath());
        using var archive = await TrustedArchive.OpenAsync(request.ArchivePath, request.VerificationKeyPath,
            transports.Streams, work, events, cancellationToken);
        var described = await ArchiveInspector.DescribeAsync(archive, cancellationToken);
        var context = new TransportContext(work, events) { Bounds = new(request.MaxLayerSize) };
        await using var rebuilt = new RebuiltImages(archive, transports,
            new(request.Platform, request.AdditionalBaselines, 0, null), context);
        var images = new List<ChangedImage>();
        foreach (var (name, baseline) in BaselineChoice.ByName(
            request.Baseline, request.Baselines, archive.Manifest))
        {
            images.Add(await ChangedImage.OpenAsync(
                archive, EntryOf(archive, name), rebuilt, baseline, request.Options, cancellationToken));
        }
        images.ForEach(i => i.Expect());
        progress.BeginStep("comparing files");
        var changes = new Dictionary<string, DeltaChanges>(StringComparer.Ordinal);
        foreach (var image in images)
            changes[image.Name] = await image.CompareAsync(
                request.Options, request.IncludePackages, context, cancellationToken);
        return described with
        {
            IsSigned = TrustedArchive.IsSigned(archive),
            Images = [.. described.Images.Select(i => i with { Changes = changes.GetValueOrDefault(i.Name) })],
        };
    }

    private static ArchiveImage EntryOf(ArchiveReader archive, string name) =>
        archive.Manifest.Images.Single(i => i.Name == name);

    private static void CheckRequest(ReadArchiveChangesRequest request)
    {
        RequestGuard.AbsolutePathOrStream(request.ArchivePath);
        BaselineChoice.Check(request.Baseline, request.Baselines, request.AdditionalBaselines);
        if (request.Baseline is null && request.Baselines.IsEmpty)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                "No baseline is given, so there is nothing that the archive would change.",
                "Give the image that the delta was made from as Baseline (--baseline), or those of a bundle by name.");
    }
}
