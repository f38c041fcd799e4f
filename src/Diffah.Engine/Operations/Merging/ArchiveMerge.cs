using System.Collections.Immutable;
using System.Diagnostics;
using Diffah.Engine.Configuration;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Archive.Container;
using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Deltas.Merging;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations.Producing;
using Diffah.Engine.Operations.Requests;
using Diffah.Engine.Operations.Restoring;
using Diffah.Engine.Operations.Story;
using Diffah.Engine.Signing;

namespace Diffah.Engine.Operations.Merging;

/// <summary>Makes an archive of several: open, merge, write, publish.</summary>
/// <param name="transports">Where baselines come from.</param>
/// <param name="request">What is asked for.</param>
/// <param name="events">Whom to tell.</param>
internal sealed class ArchiveMerge(ITransportCatalog transports, MergeDeltasRequest request, EventSink events)
{
    private const int StepCount = 3;

    /// <summary>Makes the archive.</summary>
    /// <param name="cancellationToken">Stops the work; nothing is left behind.</param>
    public async Task<DeltaArchive> RunAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        CheckRequest();
        using var progress = events.BeginOperation("Merging deltas", "reading archives", StepCount);
        using var output = await ArchiveOutput.OpenAsync(request, transports.Streams, events, cancellationToken);
        using var work = new WorkDirectory(request.WorkDirectory ?? RequestGuard.SpoolFolderFor(request.OutputPath));
        var archives = new List<ArchiveReader>(request.ArchivePaths.Length);
        try
        {
            var (merged, made) = await MergeAsync(archives, work, cancellationToken);
            await using var flattening = new Flattening(
                transports, request.Encoding with { FormatVersion = 2 },
                new TransportContext(work, events) { Bounds = request.Encoding.Decompression });
            progress.BeginStep("encoding layers");
            if (BaselinesOf(made.Sidecar) is { } baselines)
                made = await flattening.RunAsync(merged, made, baselines, cancellationToken);
            progress.BeginStep("writing the archive");
            await ContainerWriter.WriteAsync(output.Stream, request.Compression, Sidecars.Write(made.Sidecar),
                made.Sidecar, made.Open, _ => null, cancellationToken);
            await output.FinishAsync(cancellationToken);
            var archive = await new ArchivePublication(output, new SizeGate(request.MaximumSize), work, events)
                .RunAsync(made.Open, cancellationToken);
            if (request.SigningKey is not null)
                events.Verbose($"Signed: the signature is {archive.Path}{ArchiveSignature.Suffix}.");
            events.Verbose($"Wrote {archive.Path}: {ClosingLine.Of(archive, clock.Elapsed)}.");
            return archive;
        }
        finally
        {
            archives.ForEach(a => a.Dispose());
        }
    }

    /// <summary>
    /// Says what <see cref="RunAsync"/> would do, without any image: with one the archive may come out smaller.
    /// </summary>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<DeltaPlan> PlanAsync(CancellationToken cancellationToken)
    {
        CheckRequest();
        if (request.SigningKey is { } key)
            (await ArchiveSigner.LoadAsync(key, cancellationToken)).Dispose();
        using var progress = events.BeginOperation("Planning a merge", "reading archives", null);
        using var work = new WorkDirectory(request.WorkDirectory ?? Path.GetTempPath());
        var archives = new List<ArchiveReader>(request.ArchivePaths.Length);
        try
        {
            var (merged, made) = await MergeAsync(archives, work, cancellationToken);
            return MergePlan.Create(request.OutputPath, merged, made);
        }
        finally
        {
            archives.ForEach(a => a.Dispose());
        }
    }

    /// <summary>Opens the archives, and puts their parts together.</summary>
    private async Task<(MergedDelta Merged, MergedArchive Archive)> MergeAsync(
        List<ArchiveReader> archives, WorkDirectory work, CancellationToken cancellationToken)
    {
        foreach (var path in request.ArchivePaths)
            archives.Add(await TrustedArchive.OpenAsync(
                path, request.VerificationKeyPath, transports.Streams, work, events, cancellationToken));
        var merged = await new DeltaMerger([.. archives]).MergeAsync(cancellationToken);
        var sidecar = merged.Describe(await HeadAsync(archives, cancellationToken));
        if (request.Encoding.FormatVersion == 1 && sidecar.Version != FormatVersion.V1)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                "What the deltas come to can't be said in version 1 of the format.",
                "Leave FormatVersion (--format-version) out, or make the delta anew from both images.");
        return (merged, new MergedArchive(sidecar, merged.Open));
    }

    /// <summary>The baselines by the images' names; null where none is given.</summary>
    private ImmutableSortedDictionary<string, ImageReference>? BaselinesOf(ArchiveManifest sidecar)
    {
        var baselines = BaselineChoice.ByName(request.Baseline, request.Baselines, sidecar);
        if (baselines.IsEmpty)
            return null;
        var missing = sidecar.Images.Where(i => !baselines.ContainsKey(i.Name)).Select(i => $"'{i.Name}'").ToArray();
        return missing.Length == 0
            ? baselines
            : throw new DiffahException(DiffahErrors.InvalidArgument,
                $"Baselines are given for some of the images, and not for {ShortText.List(missing, ", ")}.",
                "Give the baselines of all images, or of none.");
    }

    /// <summary>
    /// What the archive says of itself as a whole. From version 2 on it is as old as the youngest of its images, so
    /// that the same deltas give the same bytes.
    /// </summary>
    private async Task<ArchiveManifest> HeadAsync(
        List<ArchiveReader> archives, CancellationToken cancellationToken)
    {
        var last = archives[^1].Manifest;
        var version = archives.Any(a => a.Manifest.Version != FormatVersion.V1) ? FormatVersion.V2 : FormatVersion.V1;
        return last with
        {
            Version = version,
            Tool = "diffah",
            ToolVersion = HostEnvironment.ProductVersion,
            CreatedAt = (request.CreatedAt ?? await YoungestAsync(archives, cancellationToken)).ToUniversalTime(),
        };
    }

    private static async Task<DateTimeOffset> YoungestAsync(
        List<ArchiveReader> archives, CancellationToken cancellationToken)
    {
        var youngest = DateTimeOffset.UnixEpoch;
        foreach (var archive in archives)
        {
            foreach (var image in archive.Manifest.Images)
            {
                var manifest = await archive.ReadManifestAsync(image, cancellationToken);
                if (await archive.TryReadConfigAsync(manifest, cancellationToken) is { Created: { } created }
                    && created > youngest)
                    youngest = created;
            }
        }
        return youngest;
    }

    private void CheckRequest()
    {
        if (request.ArchivePaths.Length < 2)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                "One delta archive is given, and merging takes two at least.",
                "Give the archives in the order in which they are applied.");
        foreach (var path in request.ArchivePaths)
            RequestGuard.AbsolutePathOrStream(path);
        RequestGuard.AbsolutePathOrStream(request.OutputPath);
        BaselineChoice.Check(request.Baseline, request.Baselines, []);
        ArchiveStreamOutput.RequireAlone(request);
        request.Encoding.Validate();
        RequireOwnOutput();
    }

    private void RequireOwnOutput()
    {
        var inUse = new FilesInUse(request.FilesInUse, transports);
        inUse.Add("the signing key", request.SigningKey?.Path);
        inUse.Add("the verification key", request.VerificationKeyPath);
        foreach (var path in request.ArchivePaths.Where(p => !StandardStreams.AreMeant(p)))
        {
            inUse.Add("the archive", path);
            inUse.Add("the archive's signature", path + ArchiveSignature.Suffix);
        }
        foreach (var baseline in request.Baselines.Values.Append(request.Baseline))
            inUse.Add("the baseline", baseline);
        inUse.RequireFree(request.OutputPath);
        if (!StandardStreams.AreMeant(request.OutputPath))
            inUse.RequireFree(request.OutputPath + ArchiveSignature.Suffix);
    }
}
