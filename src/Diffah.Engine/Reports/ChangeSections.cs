using System.Collections.Immutable;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images.Comparison;
using Diffah.Engine.Images.Packages;

namespace Diffah.Engine.Reports;

/// <summary>What a report says of packages and files that changed.</summary>
internal static class ChangeSections
{
    /// <summary>The sections.</summary>
    /// <param name="changes">What changed.</param>
    /// <param name="limits">How much is written out.</param>
    public static IEnumerable<ReportBlock> Of(DeltaChanges changes, ReportLimits limits)
    {
        var differences = changes.Differences;
        yield return Packages(changes.Summary.Packages, limits);
        if (Settings(differences, limits) is { } settings)
            yield return settings;
        var files = ChangedFile.Of(differences);
        yield return Files(files, limits);
        if (Patches(files, differences, limits) is { } patches)
            yield return patches;
    }

    private static ReportSection Packages(ImmutableArray<PackageChange> packages, ReportLimits limits)
    {
        if (packages.IsEmpty)
            return new ReportSection(
                "Packages", [new Paragraph("No package changed, of those that say what they are.")]);
        var counts = packages.CountBy(p => p.Kind).OrderBy(c => c.Key, StringComparer.Ordinal)
            .Select(c => $"{c.Value} {c.Key.ToLowerInvariant()}");
        return new ReportSection("Packages",
        [
            new Paragraph($"{string.Join(", ", counts)}."),
            ReportBuilder.Table("Packages that changed",
                [new("Package"), new("What"), new("From"), new("To"), new("Kind")],
                packages,
                p =>
                [
                    ReportText.Code(p.Name), p.Kind.ToLowerInvariant(), ReportText.Code(p.ReferenceVersion),
                    ReportText.Code(p.DifferenceVersion),
                    ReportText.Code(p.Architecture is { } architecture ? $"{p.Type} {architecture}" : p.Type),
                ], limits.Packages),
        ]);
    }

    /// <summary>What is no file: configurations, manifests, layers as a whole.</summary>
    private static ReportSection? Settings(ImmutableArray<ImageDifference> differences, ReportLimits limits)
    {
        var settings = differences.Where(d => d.Kind != DifferenceKind.File).ToArray();
        return settings.Length == 0 ? null : new ReportSection("Image, configuration and layers",
        [
            ReportBuilder.Table("Differences of what is no file",
                [new("What"), new("Property"), new("From"), new("To")],
                settings,
                d =>
                [
                    WhatOf(d), ReportText.Code(d.Property), ReportText.Code(d.Reference),
                    ReportText.Code(d.Difference),
                ], limits.Rows),
        ]);
    }

    private static ReportText WhatOf(ImageDifference difference)
    {
        ReportText what = difference.Kind.ToLowerInvariant()
            + (difference.Layer is { } layer ? $" {layer}" : "");
        return difference.Platform is { } platform ? what + " of " + ReportText.Code(platform) : what;
    }

    private static ReportSection Files(ImmutableArray<ChangedFile> files, ReportLimits limits)
    {
        if (files.Length == 0)
            return new ReportSection("Files that changed", [new Paragraph("No file changed.")]);
        var counts = files.CountBy(f => f.What).OrderBy(c => c.Key, StringComparer.Ordinal)
            .Select(c => $"{c.Value} {c.Key}");
        // Those of which most bytes changed; then in the order in which people look for them.
        var shown = files.OrderByDescending(f => f.Weight).ThenBy(f => f.Path, StringComparer.Ordinal)
            .Take(limits.Rows).OrderBy(f => f.Path, StringComparer.Ordinal).ToArray();
        return new ReportSection("Files that changed",
        [
            new Paragraph($"{string.Join(", ", counts)}."),
            ReportBuilder.Table("Files that changed",
                [new("File"), new("What"), new("From", true), new("To", true), new("Properties")],
                shown,
                f =>
                [
                    ReportText.Code(f.Path), f.What, SizeOf(f.ReferenceSize), SizeOf(f.DifferenceSize),
                    f.What == ChangedFile.Changed ? ReportText.Code(string.Join(", ", f.Properties)) : "",
                ], limits.Rows) with
            {
                More = files.Length > shown.Length
                    ? $"and {ReportBuilder.Count(files.Length - shown.Length, "smaller one")}"
                    : null,
            },
        ]);
    }

    private static ReportSection? Patches(
        ImmutableArray<ChangedFile> files, ImmutableArray<ImageDifference> differences, ReportLimits limits)
    {
        var all = differences.Where(d => d.Patch is not null).ToArray();
        if (all.Length == 0)
            return null;
        var blocks = all.Take(limits.Patches).Select(d => (ReportBlock)new PatchText(
            ReportText.Code(d.Path ?? d.Property), LinesOf(d.Patch!, limits.PatchLines)));
        return new ReportSection("Texts that changed", all.Length <= limits.Patches ? [.. blocks]
            : [.. blocks, new Paragraph($"and {all.Length - limits.Patches} more")]);
    }

    private static ImmutableArray<string> LinesOf(string patch, int limit)
    {
        const int longestLine = 500;
        var lines = patch.Split('\n');
        if (lines[^1].Length == 0)
            lines = lines[..^1];
        var shown = lines.Take(limit).Select(l => Printable.Line(ShortText.Cut(l.TrimEnd('\r'), longestLine)
            .Replace("\t", "    ", StringComparison.Ordinal)));
        return lines.Length <= limit ? [.. shown] : [.. shown, $"… and {lines.Length - limit} more lines"];
    }

    private static TableCell SizeOf(long? size) => size is { } bytes ? Human.Size(bytes) : "";
}
