using Diffah.Engine.Tar;

namespace Diffah.Engine.Images.Comparison.Reporting;

/// <summary>The files of a difference, in both images.</summary>
/// <param name="Reference">That of the reference image; null where it has none, or it does not matter.</param>
/// <param name="Other">That of the other image.</param>
internal sealed record FilePair(LayerFile? Reference, LayerFile? Other)
{
    /// <summary>True where both are regular files.</summary>
    public bool AreFiles => Reference?.Entry.Kind == TarEntryKind.File && Other?.Entry.Kind == TarEntryKind.File;
}

/// <summary>
/// What a comparison tells beside its differences, each where it is wanted: which lines of texts differ, and a folder
/// with the files that do. Disposal without <see cref="FinishAsync"/> leaves no folder.
/// </summary>
internal sealed class ComparisonReport : IAsyncDisposable
{
    private readonly ComparisonOptions _options;
    private readonly ReportStage? _stage;
    private readonly ReportFolder? _folder;
    private readonly LayerFiles _reference;
    private readonly LayerFiles _other;

    /// <summary>Begins a report.</summary>
    /// <param name="options">How images are compared.</param>
    /// <param name="folder">Absolute path of the folder: not there, or empty. Null for none.</param>
    /// <param name="reference">The image that is compared with.</param>
    /// <param name="difference">The image that is compared.</param>
    /// <exception cref="Diagnostics.DiffahException">DestinationExists, FileNotFound.</exception>
    public ComparisonReport(
        ComparisonOptions options, string? folder, ImageReference reference, ImageReference difference)
    {
        var allowance = new ReportAllowance();
        (_reference, _other) = (new LayerFiles(allowance.Add), new LayerFiles(allowance.Add));
        _options = options;
        if (folder is null)
            return;
        _stage = new ReportStage(folder);
        try
        {
            _folder = new ReportFolder(_stage, allowance,
                path => new ReportDocument(path, reference.ToString(), difference.ToString(), options));
        }
        catch
        {
            _stage.Dispose();
            throw;
        }
    }

    /// <summary>The images that differences are found in.</summary>
    public ComparedImages? Images { get; set; }

    /// <summary>Takes a difference.</summary>
    /// <param name="found">The difference.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The difference, with its lines where they are wanted.</returns>
    /// <exception cref="Diagnostics.DiffahException">DiskFull, and what reading layers throws.</exception>
    public async Task<ImageDifference> AddAsync(FoundDifference found, CancellationToken cancellationToken)
    {
        var difference = found.Difference;
        if (_options.IncludeContent && IsOfBytes(difference))
        {
            var pair = await OpenAsync(found, cancellationToken);
            var patch = await TextPatch.CreateAsync(difference.Path!, pair, cancellationToken);
            difference = difference with { Patch = patch };
        }
        if (_folder is not null)
        {
            // Opened again: a content can be read once.
            var pair = IsOfBytes(difference)
                ? await OpenAsync(found, cancellationToken)
                : new FilePair(null, null);
            await _folder.AddAsync(found with { Difference = difference }, pair, cancellationToken);
        }
        return difference;
    }

    /// <summary>Ends the report; its folder is there from now on.</summary>
    /// <param name="all">What the comparison came to.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    /// <exception cref="Diagnostics.DiffahException">DestinationExists: somebody else put something there
    /// meanwhile.</exception>
    public async Task FinishAsync(ImageComparison all, CancellationToken cancellationToken)
    {
        if (_folder is not null)
            await _folder.FinishAsync(all, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _reference.DisposeAsync();
            await _other.DisposeAsync();
            if (_folder is not null)
                await _folder.DisposeAsync();
        }
        finally
        {
            _stage?.Dispose();
        }
    }

    // Of files that differ in metadata alone the difference says all; their bytes are the same.
    private static bool IsOfBytes(ImageDifference difference) => difference is
    {
        Kind: DifferenceKind.File,
        Path: not null,
        Property: DifferenceProperty.Content or DifferenceProperty.Presence or DifferenceProperty.Type,
    };

    private async Task<FilePair> OpenAsync(FoundDifference found, CancellationToken cancellationToken) => new(
            found.Reference is { } reference
                ? await _reference.OpenAsync(reference, Images!.ReferenceTars, cancellationToken)
                : null,
            found.Other is { } other ? await _other.OpenAsync(other, Images!.DifferenceTars, cancellationToken) : null);
}
