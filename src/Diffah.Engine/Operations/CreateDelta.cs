using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Container;
using Diffah.Engine.Deltas.Encoders;
using Diffah.Engine.Deltas.Inspection;
using Diffah.Engine.Deltas.Model;
using Diffah.Engine.Deltas.Sidecars;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;

namespace Diffah.Engine.Operations;

/// <summary>What to make a delta from, and where to.</summary>
public sealed record CreateDeltaRequest : CreateArchiveRequest
{
    /// <summary>The image the other side has; a path in it is absolute. Null where only its manifest is left: <see cref="BaselineManifestPath"/>.</summary>
    public ImageReference? Baseline { get; init; }

    /// <summary>
    /// Absolute path of a file with the baseline's manifest, where the image itself is gone; null where there is a <see cref="Baseline"/>.
    /// Its layers can be left out, but none can be patched from.
    /// </summary>
    public string? BaselineManifestPath { get; init; }

    /// <summary>The image the other side is to get. A path in it is absolute.</summary>
    public required ImageReference Target { get; init; }
}

/// <summary>Makes a delta archive for one image.</summary>
/// <param name="transports">Where images come from.</param>
public sealed class CreateDelta(ITransportCatalog transports)
{
    private const int StepCount = 3;

    /// <summary>Makes the archive.</summary>
    /// <param name="request">From what, and where to.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work; nothing is left behind.</param>
    /// <returns>What the archive says of itself.</returns>
    /// <exception cref="DiffahException">See <see cref="DiffahErrors"/>.</exception>
    public async Task<DeltaArchive> RunAsync(CreateDeltaRequest request, EventSink events, CancellationToken cancellationToken)
    {
        var patching = CheckRequest(request, events);
        using var progress = events.BeginOperation("Making a delta", "reading layers", StepCount);
        // The output comes first: a place that can't be written to is found out before hours of encoding.
        using var output = new AtomicFile(request.OutputPath, request.Overwrite);
        using var work = new WorkDirectory(request.WorkDirectory ?? RequestGuard.FolderOf(request.OutputPath));
        await using var inputs = new DeltaInputs();
        await OpenAsync(inputs, request, new TransportContext(work, events), cancellationToken).ConfigureAwait(false);

        var encoder = new DeltaEncoder(inputs.Images, request.Encoding, work, events);
        var decisions = await encoder.DecideAsync(patching, cancellationToken).ConfigureAwait(false);
        progress.BeginStep("encoding layers");
        var blobs = await encoder.EncodeAsync(decisions.Values, cancellationToken).ConfigureAwait(false);
        progress.BeginStep("writing the archive");
        var sidecar = SidecarFactory.Create(inputs, blobs, request.Encoding.Platform, request.CreatedAt ?? DateTimeOffset.UtcNow);
        await DeltaArchiveWriter.WriteAsync(output.Stream, sidecar, d => blobs[d].Open(), null, cancellationToken).ConfigureAwait(false);
        await output.FinishAsync(cancellationToken).ConfigureAwait(false);
        return await PublishAsync(output, work, events, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says what <see cref="RunAsync"/> would do. Reads both images and tries patches quickly; writes nothing but to the work directory.</summary>
    /// <param name="request">From what, and where to.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DiffahException">See <see cref="DiffahErrors"/>.</exception>
    public async Task<DeltaPlan> PlanAsync(CreateDeltaRequest request, EventSink events, CancellationToken cancellationToken)
    {
        var patching = CheckRequest(request, events);
        using var progress = events.BeginOperation("Planning a delta", "reading layers", null);
        using var work = new WorkDirectory(request.WorkDirectory ?? Path.GetTempPath());
        await using var inputs = new DeltaInputs();
        await OpenAsync(inputs, request, new TransportContext(work, events), cancellationToken).ConfigureAwait(false);
        var encoder = new DeltaEncoder(inputs.Images, request.Encoding, work, events);
        var decisions = await encoder.DecideAsync(patching, cancellationToken).ConfigureAwait(false);
        var estimates = await encoder.EstimateAsync(decisions.Values, cancellationToken).ConfigureAwait(false);
        return DeltaPlanReport.Create(request.OutputPath, inputs.AgreedPlatform(request.Encoding.Platform), inputs.Images, decisions, estimates);
    }

    private Task OpenAsync(DeltaInputs inputs, CreateDeltaRequest request, TransportContext context, CancellationToken cancellationToken) =>
        inputs.AddAsync(transports, Sidecar.SingleImageName, request.Baseline!, request.Target, request.Encoding.Platform, context, cancellationToken);

    /// <summary>Reads the archive back as any reader would, and only then lets it appear.</summary>
    private static async Task<DeltaArchive> PublishAsync(AtomicFile output, WorkDirectory work, EventSink events, CancellationToken cancellationToken)
    {
        DeltaArchive described;
        using (var archive = await DeltaArchiveReader.OpenAsync(output.TemporaryPath, work, events, cancellationToken).ConfigureAwait(false))
            described = await ArchiveInspector.DescribeAsync(archive, cancellationToken).ConfigureAwait(false);
        output.Commit();
        return described with { Path = output.FinalPath };
    }

    /// <summary>Refuses a request that can't work; says whether layers can be patched.</summary>
    private static bool CheckRequest(CreateDeltaRequest request, EventSink events)
    {
        RequestGuard.AbsolutePath(request.Baseline!);
        RequestGuard.AbsolutePath(request.Target);
        RequestGuard.AbsolutePath(request.OutputPath);
        request.Encoding.Validate();
        if (request.Encoding.IntraLayer == IntraLayerMode.Off)
            return false;
        if (request.Encoding.IntraLayer == IntraLayerMode.Required)
            ZstdLibrary.EnsureAvailable();
        else if (!ZstdLibrary.IsAvailable)
            events.Warn($"libzstd {ZstdLibrary.MinimumVersion} or newer was not found: changed layers are shipped whole.");
        return ZstdLibrary.IsAvailable;
    }
}
