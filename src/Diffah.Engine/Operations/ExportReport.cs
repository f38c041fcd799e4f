using System.Collections.Immutable;
using System.Text;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Comparison;
using Diffah.Engine.Operations.Requests;
using Diffah.Engine.Reports;
using Diffah.Engine.Signing;

namespace Diffah.Engine.Operations;

/// <summary>The language of a report.</summary>
public enum ReportFormat
{
    /// <summary>One file that a browser shows, and that needs nothing beside it.</summary>
    Html,

    /// <summary>Markdown as GitHub and others read it, for release notes.</summary>
    Markdown,
}

/// <summary>What to report, and where to.</summary>
public sealed record ExportReportRequest
{
    /// <summary>
    /// The delta archive, null where images are compared. Without a baseline the report has what the archive says of
    /// itself, with one also what it changes; packages are told whatever this says.
    /// </summary>
    public ReadArchiveChangesRequest? Archive { get; init; }

    /// <summary>
    /// Which images are compared, and how; null where an archive is reported. Packages are told whatever this says, and
    /// no folder is written.
    /// </summary>
    public CompareImagesRequest? Comparison { get; init; }

    /// <summary>
    /// Absolute path of the report, or <see cref="StandardStreams.Name"/>; a missing folder is created.
    /// </summary>
    public required string OutputPath { get; init; }

    /// <summary>Its language; null goes by the ending of its name: <c>.html</c>, <c>.htm</c>, <c>.md</c>.</summary>
    public ReportFormat? Format { get; init; }

    /// <summary>Its heading; null is what it is of.</summary>
    public string? Title { get; init; }

    /// <summary>Whether a file that is there already may be replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Absolute path of the folder to spool in; null is the system's temporary folder.</summary>
    public string? WorkDirectory { get; init; }

    /// <summary>
    /// Absolute paths of further files that the command has read (its configuration), which no output may replace.
    /// </summary>
    public ImmutableArray<string> FilesInUse { get; init; } = [];
}

/// <summary>A report that was written.</summary>
/// <param name="Path">Absolute path of the file, or <see cref="StandardStreams.Name"/>.</param>
/// <param name="Format">Its language: a word of <see cref="ReportFormat"/>.</param>
/// <param name="Bytes">Bytes that it has.</param>
/// <param name="Source">What it is of: the archive's path, or both images.</param>
public sealed record ExportedReport(string Path, string Format, long Bytes, string Source)
{
    /// <summary>Its path.</summary>
    public override string ToString() => Path;
}

/// <summary>Writes a report for people: of a delta, of a bundle, or of how two images compare.</summary>
/// <param name="transports">Where images come from.</param>
public sealed class ExportReport(ITransportCatalog transports)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>
    /// Reads what an archive says, or compares images, and writes the report. The same input gives the same bytes.
    /// </summary>
    /// <param name="request">What, and where to.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work; nothing is left behind.</param>
    /// <exception cref="DiffahException">InvalidArgument, DestinationExists, OutputIsInput, SignatureMissing,
    /// SignatureInvalid, and what reading an archive or images throws.</exception>
    public Task<ExportedReport> RunAsync(
        ExportReportRequest request, EventSink events, CancellationToken cancellationToken) =>
        Background.RunAsync(() => RunHereAsync(request, events, cancellationToken));

    private async Task<ExportedReport> RunHereAsync(
        ExportReportRequest request, EventSink events, CancellationToken cancellationToken)
    {
        var format = CheckRequest(request);
        using var work = new WorkDirectory(request.WorkDirectory ?? Path.GetTempPath());
        var isStream = StandardStreams.AreMeant(request.OutputPath);
        if (isStream)
            transports.Streams.TakeOutput("the report");
        // Made first: what can't be written is known before anything is read.
        await using var file = new AtomicFile(
            isStream ? work.NewFilePath("standard-output") : request.OutputPath, request.Overwrite);
        var model = request.Archive is { } archive
            ? await ReadAsync(archive, events, cancellationToken)
            : await CompareAsync(request.Comparison!, events, cancellationToken);
        await WriteAsync(model with { Title = request.Title }, format, file, cancellationToken);
        var bytes = new FileInfo(file.TemporaryPath).Length;
        if (isStream)
            await transports.Streams.SendAsync(file.TemporaryPath, events, cancellationToken);
        else
            file.Commit();
        return new ExportedReport(request.OutputPath, format.ToString(), bytes,
            request.Archive?.ArchivePath ?? model.Comparison!.Summary.ToString());
    }

    private ReportFormat CheckRequest(ExportReportRequest request)
    {
        if (request.Archive is null == request.Comparison is null)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                "A report is of one thing: of a delta archive, or of two images that are compared.",
                "Give one of them.");
        RequestGuard.AbsolutePathOrStream(request.OutputPath);
        var inUse = new FilesInUse(request.FilesInUse, transports);
        if (request.Archive is { } archive)
            AddTo(inUse, archive);
        inUse.Add("the reference image", request.Comparison?.ReferenceImage);
        inUse.Add("the difference image", request.Comparison?.DifferenceImage);
        inUse.RequireFree(request.OutputPath);
        return request.Format ?? FormatOf(request.OutputPath);
    }

    private static void AddTo(FilesInUse inUse, ReadArchiveChangesRequest request)
    {
        inUse.AddArchive(request.ArchivePath);
        inUse.Add("its signature", ArchiveSignature.PathOf(request.ArchivePath));
        inUse.Add("the public key", request.VerificationKeyPath);
        inUse.Add("the baseline", request.Baseline);
        foreach (var baseline in request.Baselines.Values.Concat(request.AdditionalBaselines))
            inUse.Add("the baseline", baseline);
    }

    private static ReportFormat FormatOf(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".HTML" or ".HTM" => ReportFormat.Html,
        ".MD" => ReportFormat.Markdown,
        _ => throw new DiffahException(DiffahErrors.InvalidArgument,
            $"The name of the report '{path}' does not say whether it is to be HTML or Markdown.",
            "Let the name end in .html or .md, or give Format (--format)."),
    };

    private async Task<ReportModel> ReadAsync(
        ReadArchiveChangesRequest request, EventSink events, CancellationToken cancellationToken)
    {
        var archive = request.Baseline is null && request.Baselines.IsEmpty
            ? await InspectArchive.RunAsync(
                request.ArchivePath, request.VerificationKeyPath, transports.Streams, events, cancellationToken)
            : await new ReadArchiveChanges(transports).RunAsync(
                request with { IncludePackages = true }, events, cancellationToken);
        return new ReportModel
        {
            Archive = archive,
            Signature = request.VerificationKeyPath is not null ? SignatureState.Verified
                : archive.IsSigned ? SignatureState.NotVerified : SignatureState.None,
        };
    }

    private async Task<ReportModel> CompareAsync(
        CompareImagesRequest request, EventSink events, CancellationToken cancellationToken)
    {
        var differences = new List<ImageDifference>();
        var comparison = await new CompareImages(transports).RunAsync(
            request with { ReportDirectory = null, IncludePackages = true }, differences.Add, events,
            cancellationToken);
        return new ReportModel
        {
            Comparison = new DeltaChanges(comparison, [.. differences]),
        };
    }

    private static async Task WriteAsync(
        ReportModel model, ReportFormat format, AtomicFile file, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await using (var writer = new StreamWriter(file.Stream, Utf8, leaveOpen: true))
        {
            if (format == ReportFormat.Html)
                new HtmlReport(writer).Write(ReportBuilder.Build(model, ReportLimits.Page));
            else
                new MarkdownReport(writer).Write(ReportBuilder.Build(model, ReportLimits.Notes));
        }
        await file.FinishAsync(cancellationToken);
    }
}
