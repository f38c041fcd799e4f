using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Reports;

/// <summary>Makes a report of what is known.</summary>
internal static class ReportBuilder
{
    /// <summary>The report of a delta, of a bundle, or of a comparison.</summary>
    /// <param name="model">What is known.</param>
    /// <param name="limits">How much of it is written out.</param>
    public static ReportDocument Build(ReportModel model, ReportLimits limits)
    {
        var document = model switch
        {
            { Archive: { } archive } => new ArchiveSections(model, limits).Build(archive),
            { Comparison: { } comparison } => ComparisonSections.Build(comparison, limits),
            _ => throw new ArgumentException("There is nothing to report.", nameof(model)),
        };
        return model.Title is { } title ? document with { Title = title } : document;
    }

    /// <summary>
    /// The first rows of a table, and how many are left out. A column without a word in any row is left out.
    /// </summary>
    /// <param name="name">What is in it.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="items">What has a row each, in order.</param>
    /// <param name="row">The row of an item.</param>
    /// <param name="limit">The most rows.</param>
    public static ReportTable Table<T>(string name, ImmutableArray<TableColumn> columns, IReadOnlyList<T> items,
        Func<T, ImmutableArray<TableCell>> row, int limit)
    {
        var rows = items.Take(limit).Select(row).ToArray();
        var used = Enumerable.Range(0, columns.Length).Where(c => rows.Any(r => !r[c].Text.IsEmpty)).ToArray();
        return new ReportTable(
            name, [.. used.Select(c => columns[c])], [.. rows.Select(r => used.Select(c => r[c]).ToImmutableArray())])
        {
            More = items.Count > limit ? $"and {items.Count - limit} more" : null,
        };
    }

    /// <summary>A number with the word that it counts, in the right number.</summary>
    public static string Count(long number, string one, string? many = null) =>
        $"{number} {(number == 1 ? one : many ?? one + "s")}";

    /// <summary>A digest as people recognise it.</summary>
    public static ReportText ShortDigest(string digest) => ReportText.Code(ShortText.DigestAndAlgorithm(digest));
}
