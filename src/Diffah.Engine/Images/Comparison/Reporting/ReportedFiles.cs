using Diffah.Engine.Content;
using Diffah.Engine.Tar;

namespace Diffah.Engine.Images.Comparison.Reporting;

/// <summary>
/// Copies the files that differ into a report, those of each image into a tree of its own. Copies have the bytes and
/// nothing else: no mode, no owner, no link, no device is made.
/// </summary>
/// <param name="stage">Where the report waits.</param>
/// <param name="tree">Name of the tree.</param>
/// <param name="allowance">How much may be written.</param>
internal sealed class ReportedFiles(ReportStage stage, string tree, ReportAllowance allowance)
{
    private readonly ReportTree _tree = new(stage.PathOf(tree));

    /// <summary>Copies a file where it is one, and its name and the room allow it.</summary>
    /// <param name="name">Its name in the tree.</param>
    /// <param name="file">The file; null where the image has none.</param>
    /// <param name="copied">The copy of it that is there already; null where there is none.</param>
    /// <param name="cancellationToken">Stops the copying.</param>
    /// <returns>What is to be said of it; null where there is no file.</returns>
    /// <exception cref="Diagnostics.DiffahException">DiskFull, InvalidImage.</exception>
    public async Task<FileDescription?> AddAsync(
        ReportName name, LayerFile? file, string? copied, CancellationToken cancellationToken)
    {
        if (file is null)
            return null;
        var described = FileDescription.Of(file.Entry, file.Size);
        if (copied is not null)
            return described with { File = copied };
        var why = await CopyAsync(name, file, cancellationToken);
        return why is null
            ? described with { File = $"{tree}/{name.Normalized}" }
            : described with { NotWritten = why };
    }

    private async Task<string?> CopyAsync(ReportName name, LayerFile file, CancellationToken cancellationToken)
    {
        if (file.Entry.Kind != TarEntryKind.File)
            return NotWritten.NoFile;
        if (file.Size is not { } size)
            return NotWritten.Damaged;
        if (name.Refused is { } refused)
            return refused;
        if (!allowance.TrySpend(size, _tree.CountMissingFolders(name.Normalized)))
            return NotWritten.TooLarge;
        stage.RequireRoom(size);
        await using var copy = _tree.TryCreate(name.Normalized, out var why);
        if (copy is null)
            return why;
        await using var content = file.OpenContent();
        await content.CopyToAsync(copy, null, cancellationToken);
        return null;
    }
}
