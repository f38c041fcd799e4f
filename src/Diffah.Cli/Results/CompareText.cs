using System.Collections.Immutable;
using System.Globalization;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images.Comparison;
using Diffah.Engine.Images.Packages;
using Diffah.Engine.Operations.Story;

namespace Diffah.Cli.Results;

/// <summary>The result of <c>compare</c> for people: what differs, and in the last line what it came to.</summary>
internal static class CompareText
{
    private const int ValueWidth = 40;

    public static void Write(TextWriter output, ComparedPair pair)
    {
        if (!pair.Differences.IsEmpty)
            WriteDifferences(output, pair.Differences);
        foreach (var difference in pair.Differences.Where(d => d.Patch is not null))
            WritePatch(output, difference);
        if (!pair.Summary.Packages.IsEmpty)
            WritePackages(output, pair.Summary.Packages);
        if (pair.Summary.ReportDirectory is { } folder)
            output.WriteLine($"report: {folder}");
        output.WriteLine(ComparisonLine.Of(pair.Summary));
    }

    private static void WriteDifferences(TextWriter output, ImmutableArray<ImageDifference> differences)
    {
        // Columns that would be empty are left out.
        (string Heading, Func<ImageDifference, string?> Cell)[] columns =
        [
            ("TYPE", d => ComparisonWords.Kind(d.Kind)),
            ("PLATFORM", d => d.Platform),
            (">LAYER", d => d.Layer?.ToString(CultureInfo.InvariantCulture)),
            ("NAME", d => d.Path),
            ("PROPERTY", d => ComparisonWords.Property(d.Property)),
            ("REFERENCE", d => Value(d.Reference)),
            ("DIFFERENCE", d => Value(d.Difference)),
        ];
        var filled = columns.Where(c => differences.Any(d => c.Cell(d) is not null)).ToArray();
        var table = new TextTable([.. filled.Select(c => c.Heading)]);
        foreach (var difference in differences)
            table.Add([.. filled.Select(c => c.Cell(difference) ?? "-")]);
        table.Write(output, "");
    }

    // JSON has all of a value.
    private static string? Value(string? value) => value switch
    {
        null => null,
        "" => "\"\"",
        _ => ShortText.Value(value, ValueWidth),
    };

    private static void WritePatch(TextWriter output, ImageDifference difference)
    {
        output.WriteLine();
        output.WriteLine($"{difference.Path}:");
        foreach (var line in difference.Patch!.TrimEnd('\n').Split('\n'))
            output.WriteLine($"  {line}"); // blanks at its end may be what differs
    }

    private static void WritePackages(TextWriter output, ImmutableArray<PackageChange> packages)
    {
        output.WriteLine();
        var table = new TextTable("PACKAGE", "TYPE", "CHANGE", "REFERENCE", "DIFFERENCE");
        foreach (var package in packages)
            table.Add(package.Architecture is { } architecture ? $"{package.Name} ({architecture})" : package.Name,
                package.Type, ComparisonWords.Kind(package.Kind), package.ReferenceVersion ?? "-",
                package.DifferenceVersion ?? "-");
        table.Write(output, "");
    }
}
