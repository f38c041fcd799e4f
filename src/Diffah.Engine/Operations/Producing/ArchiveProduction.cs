using System.Collections.Immutable;
using System.Diagnostics;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Archive.Container;
using Diffah.Engine.Deltas.Making;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations.Requests;
using Diffah.Engine.Operations.Story;
using Diffah.Engine.Signing;

namespace Diffah.Engine.Operations.Producing;

/// <summary>Makes an archive, be it of one image or of many: open, decide, encode, write, publish.</summary>
/// <param name="transports">Where images come from.</param>
/// <param name="request">What the archive is to be.</param>
/// <param name="pairs">The images.</param>
/// <param name="events">Whom to tell.</param>
internal sealed class ArchiveProduction(
    ITransportCatalog transports, CreateArchiveRequest request, ImmutableArray<ArchivePair> pairs, EventSink events)
{
    private const int StepCount = 3;

    private readonly EncodingOptions _options = request.Encoding;
    private readonly SizeGate _gate = new(request.MaximumSize);

    /// <summary>Makes the archive.</summary>
    /// <param name="activity">What this is called in progress.</param>
    /// <param name="cancellationToken">Stops the work; nothing is left behind.</param>
    public async Task<DeltaArchive> RunAsync(string activity, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        CheckRequest();
        using var progress = events.BeginOperation(activity, "reading layers", StepCount);
        // The output comes first: a key that can't be used, or a place that can't be written to, is found out before
        // hours of encoding.
        using var output = await ArchiveOutput.OpenAsync(
            request, transports.Streams, events, cancellationToken);
        using var work = new WorkDirectory(request.WorkDirectory ?? RequestGuard.SpoolFolderFor(request.OutputPath));
        await using var inputs = await OpenAsync(work, cancellationToken);

        using var encoder = new DeltaEncoder(inputs.Images, _options, work, events, inputs.Wholes);
        var decisions = await DecideAsync(encoder, inputs, cancellationToken);
        progress.BeginStep("encoding layers");
        var delta = await encoder.EncodeAsync([.. decisions.Values], cancellationToken);
        ArchiveWarnings.TellOfUselessPatches(decisions, delta.Blobs, events);
        StoryLines.TellEncoded(events, decisions, delta.Blobs);
        progress.BeginStep("writing the archive");
        var sidecar = ManifestFactory.Create(inputs, delta, _options, request.CreatedAt);
        await ContainerWriter.WriteAsync(
            output.Stream, request.Compression, Sidecars.Write(sidecar), sidecar, delta.Open, Begin,
            cancellationToken);
        await output.FinishAsync(cancellationToken);
        await ArchiveWarnings.TellOfMovedBaselinesAsync(inputs.Images, events, cancellationToken);
        var archive = await new ArchivePublication(output, _gate, work, events)
            .RunAsync(delta.Open, cancellationToken);
        if (request.SigningKey is not null)
            events.Verbose($"Signed: the signature is {ArchiveSignature.PathOf(archive.Path)}.");
        events.Verbose($"Wrote {archive.Path}: {ClosingLine.Of(archive, clock.Elapsed)}.");
        return archive with { ChosenBaseline = inputs.Chosen, LeftOut = inputs.LeftOut };

        // Manifests and configurations are too small to tell of.
        ProgressScope? Begin(ArchivePart part) =>
            part.Kind == ArchivePartKind.Account
                || decisions.GetValueOrDefault(part.Digest) is { Kind: not BlobKind.Layer }
                ? null
                : events.For("deltas").BeginPart($"layer {part.Digest.ShortHex}", "writing", SizeOf(sidecar, part));
    }

    /// <summary>Says what <see cref="RunAsync"/> would do.</summary>
    /// <param name="activity">What this is called in progress.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<DeltaPlan> PlanAsync(string activity, CancellationToken cancellationToken)
    {
        CheckRequest();
        if (request.SigningKey is { } key)
            (await ArchiveSigner.LoadAsync(key, cancellationToken)).Dispose();
        using var progress = events.BeginOperation(activity, "reading layers", null);
        using var work = new WorkDirectory(request.WorkDirectory ?? Path.GetTempPath());
        await using var inputs = await OpenAsync(work, cancellationToken);
        using var encoder = new DeltaEncoder(inputs.Images, _options, work, events, inputs.Wholes);
        var decisions = await DecideAsync(encoder, inputs, cancellationToken);
        decisions = await encoder.RankAsync(decisions, cancellationToken);
        var estimates = await encoder.EstimateAsync(decisions.Values, cancellationToken);
        var plan = DeltaPlanReport.Create(
            request.OutputPath, inputs.AgreedPlatform(_options.Platform), inputs.Images, decisions, estimates,
            _options.FormatVersion);
        _gate.Check(plan, estimates);
        return plan with { ChosenBaseline = inputs.Chosen };
    }

    private static long SizeOf(ArchiveManifest sidecar, ArchivePart part) => part.Kind switch
    {
        ArchivePartKind.Blob => sidecar.Blobs[part.Digest].ArchiveSize,
        ArchivePartKind.Content =>
            sidecar.Contents[part.Digest].Ways.First(w => w.Number == part.Number).ArchiveSize,
        _ => sidecar.FormOf(part.Digest)!.Wrapping.StoredRecipe,
    };

    private async Task<DeltaInputs> OpenAsync(WorkDirectory work, CancellationToken cancellationToken)
    {
        var inputs = new DeltaInputs(new OpenedImages(
            transports, _options.Platform, _options.RequirePlatform,
            new TransportContext(work, events) { Bounds = _options.Decompression }), events);
        try
        {
            await inputs.OpenAsync(pairs, cancellationToken);
            inputs.AgreedPlatform(_options.Platform);
            return inputs;
        }
        catch
        {
            await inputs.DisposeAsync();
            throw;
        }
    }

    private async Task<ImmutableSortedDictionary<Digest, BlobDecision>> DecideAsync(
        DeltaEncoder encoder, DeltaInputs inputs, CancellationToken cancellationToken)
    {
        var decisions = await encoder.DecideAsync(cancellationToken);
        var whole = decisions.Values.Count(d => d is { Kind: BlobKind.Layer, Origin: BlobOrigin.Full });
        if (_options.IntraLayer == IntraLayerMode.Off || whole == 0
            || inputs.Images.All(i => i.Baselines.All(b => b.Image is not null)))
            return decisions;
        var reason =
            $"Of the baseline only the manifest is left, so there is nothing to patch {whole} changed "
                + $"layer{(whole == 1 ? "" : "s")} from";
        if (_options.IntraLayer == IntraLayerMode.Required)
            throw new DiffahException(
                DiffahErrors.InvalidArgument, $"{reason}.", "Give the baseline image, or do not require patches.");
        events.Warn($"{reason}: shipped whole.");
        return decisions;
    }

    /// <summary>
    /// Refuses to write over what is read. A signature is replaced or removed with the archive, so its place counts
    /// too.
    /// </summary>
    private void RequireOwnOutput()
    {
        var inUse = new FilesInUse(request.FilesInUse, transports);
        inUse.Add("the signing key", request.SigningKey?.Path);
        foreach (var pair in pairs)
        {
            inUse.Add("the baseline", pair.Baseline);
            foreach (var other in pair.OtherBaselines)
                inUse.Add("the baseline", other);
            inUse.Add("the baseline's manifest", pair.BaselineManifestPath);
            inUse.Add("the Dockerfile", pair.Search?.FilePath);
            inUse.Add("the target", pair.Target);
            foreach (var source in pair.Site?.Sources ?? [])
                inUse.Add("the baseline", source);
        }
        inUse.RequireFree(request.OutputPath);
        if (StandardStreams.AreMeant(request.OutputPath))
            return;
        inUse.RequireFree(request.OutputPath + ArchiveSignature.Suffix);
        if (request.VolumeSize is null)
            return;
        foreach (var path in ArchiveVolumeOutput.ExistingOf(request.OutputPath))
            inUse.RequireFree(path);
    }

    private void RequireVolumeSize()
    {
        if (request.VolumeSize < CreateArchiveRequest.MinimumVolumeSize)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"A volume of {request.VolumeSize} bytes is too small: it must have "
                    + $"{ByteSize.FormatExactly(CreateArchiveRequest.MinimumVolumeSize)} at least.",
                "Give a larger VolumeSize (--volume-size).");
    }

    /// <summary>Refuses a request that can't work.</summary>
    private void CheckRequest()
    {
        if (_options.FormatVersion == 1 && pairs.Any(p => p.AllPlatforms || p.IncludeReferrers))
            throw new DiffahException(DiffahErrors.InvalidArgument,
                "Version 1 of the format has no room for an index, nor for what refers to an image.",
                "Make the archive of version 2, or leave AllPlatforms (--all-platforms) and "
                    + "IncludeReferrers (--include-referrers) out.");
        if (_options.RequirePlatform && pairs.Any(p => p.AllPlatforms))
            throw new DiffahException(DiffahErrors.InvalidArgument,
                "AllPlatforms (--all-platforms) and Platform (--platform) contradict each other.",
                "Leave one of them out.");
        foreach (var pair in pairs)
            pair.RequireAbsolutePaths();
        RequestGuard.AbsolutePathOrStream(request.OutputPath);
        ArchiveStreamOutput.RequireAlone(request);
        RequireVolumeSize();
        RequireOwnOutput();
        _options.Validate();
    }
}
