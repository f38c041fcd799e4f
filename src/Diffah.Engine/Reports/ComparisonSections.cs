using System.Collections.Immutable;
using System.Globalization;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Comparison;

namespace Diffah.Engine.Reports;

/// <summary>The report of a comparison of two images.</summary>
internal static class ComparisonSections
{
    /// <summary>The report.</summary>
    /// <param name="changes">How the images compare, and what was found.</param>
    /// <param name="limits">How much is written out.</param>
    public static ReportDocument Build(DeltaChanges changes, ReportLimits limits)
    {
        var comparison = changes.Summary;
        var (from, to) = (NameOf(comparison.ReferenceImage), NameOf(comparison.DifferenceImage));
        var blocks = ImmutableArray.CreateBuilder<ReportBlock>();
        blocks.Add(FiguresOf(comparison));
        if (comparison.IsEqual)
            blocks.Add(new Notice("No difference was found, but for those that were passed over.", IsGood: true));
        if (!changes.Differences.IsEmpty)
            blocks.Add(ByKind(changes.Differences, limits));
        blocks.AddRange(ChangeSections.Of(changes, limits));
        blocks.Add(new ReportSection("The images",
        [
            new Facts(
            [
                new("From", from + ", " + ReportText.Code(comparison.ReferenceDigest)),
                new("To", to + ", " + ReportText.Code(comparison.DifferenceDigest)),
            ]),
        ]));
        return new ReportDocument(
            from + (comparison.IsEqual ? " = " : " → ") + to, "A comparison of two images", blocks.ToImmutable());
    }

    // A report is passed on: in which folder an image lay is nobody's business.
    private static ReportText NameOf(string image) => ReportText.Code(
        ImageReference.TryParse(image, out var reference) && reference.IsFile
            ? reference.WithPath(Path.GetFileName(Path.TrimEndingDirectorySeparator(reference.Path))).ToString()
            : image);

    private static KeyFigures FiguresOf(ImageComparison comparison) => new(
    [
        Figure(comparison.DifferenceCount, "difference", "differences"),
        Figure(comparison.AddedFileCount, "file added", "files added"),
        Figure(comparison.RemovedFileCount, "file removed", "files removed"),
        Figure(comparison.ChangedFileCount, "file changed", "files changed"),
        Figure(comparison.ComparedFileCount, "file compared", "files compared"),
        Figure(comparison.SameLayerCount, "layer the very same", "layers the very same"),
    ]);

    private static KeyFigure Figure(long number, string one, string many) =>
        new(number.ToString(CultureInfo.InvariantCulture), number == 1 ? one : many);

    private static ReportSection ByKind(ImmutableArray<ImageDifference> differences, ReportLimits limits)
    {
        var rows = differences.CountBy(d => (d.Kind, d.Property)).OrderByDescending(c => c.Value)
            .ThenBy(c => c.Key.Kind).ThenBy(c => c.Key.Property, StringComparer.Ordinal).ToArray();
        return new ReportSection("Differences by kind",
        [
            ReportBuilder.Table("How many differences of each kind",
                [new("What"), new("Property"), new("Differences", true)],
                rows,
                r =>
                [
                    r.Key.Kind.ToLowerInvariant(), ReportText.Code(r.Key.Property),
                    new TableCell(r.Value.ToString(CultureInfo.InvariantCulture))
                    {
                        Share = (double)r.Value / rows[0].Value,
                    },
                ], limits.Rows),
        ]);
    }
}
