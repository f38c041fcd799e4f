namespace Diffah.Engine.Images.Comparison.Reporting;

/// <summary>
/// The folder of a report: the files that differ, those of each image in a tree of its own, and <c>report.json</c>.
/// </summary>
internal sealed class ReportFolder : IAsyncDisposable
{
    private const string ReferenceTree = "reference";
    private const string DifferenceTree = "difference";
    private const string DocumentName = "report.json";

    // What images hold is nobody else's to read: it may be a key or a password's hash.
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly ReportStage _stage;
    private readonly ReportDocument _document;
    private readonly ReportedFiles _reference;
    private readonly ReportedFiles _other;
    private readonly Dictionary<(FilePlace?, FilePlace?), Copies> _copied = [];

    /// <summary>Begins the report.</summary>
    /// <param name="stage">Where it waits; not owned.</param>
    /// <param name="allowance">How much may be written.</param>
    /// <param name="begin">Begins the document at a path.</param>
    public ReportFolder(ReportStage stage, ReportAllowance allowance, Func<string, ReportDocument> begin)
    {
        _stage = stage;
        Directory.CreateDirectory(stage.PathOf(ReferenceTree), OwnerOnly);
        Directory.CreateDirectory(stage.PathOf(DifferenceTree), OwnerOnly);
        _reference = new ReportedFiles(stage, ReferenceTree, allowance);
        _other = new ReportedFiles(stage, DifferenceTree, allowance);
        _document = begin(stage.PathOf(DocumentName));
    }

    /// <summary>Adds a difference, and copies of the files that have other bytes.</summary>
    /// <param name="found">The difference.</param>
    /// <param name="files">The files, where bytes differ or only one image has it.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="Diagnostics.DiffahException">DiskFull, InvalidImage.</exception>
    public async Task AddAsync(FoundDifference found, FilePair files, CancellationToken cancellationToken)
    {
        var name = new ReportName(found.Difference);
        var places = (found.Reference, found.Other);
        // Hard links on both sides are other names of what was copied.
        var copied = _copied.GetValueOrDefault(places);
        var reference = await _reference.AddAsync(name, files.Reference, copied?.Reference, cancellationToken);
        var other = await _other.AddAsync(name, files.Other, copied?.Other, cancellationToken);
        if (reference?.File is not null || other?.File is not null)
            _copied[places] = new Copies(reference?.File, other?.File);
        await _document.AddAsync(DifferenceJson.Of(found.Difference, reference, other), cancellationToken);
    }

    /// <summary>Ends the report, and gives it its place.</summary>
    /// <param name="all">What the comparison came to.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    public async Task FinishAsync(ImageComparison all, CancellationToken cancellationToken)
    {
        await _document.FinishAsync(all, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        _stage.Publish(ReferenceTree, DifferenceTree, DocumentName);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _document.DisposeAsync();

    private sealed record Copies(string? Reference, string? Other);
}
