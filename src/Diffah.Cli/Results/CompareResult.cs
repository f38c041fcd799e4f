using System.Collections.Immutable;
using System.Text.Json;
using Diffah.Engine.Images.Comparison;
using Diffah.Engine.Images.Packages;

namespace Diffah.Cli.Results;

/// <summary>Two images that were compared.</summary>
/// <param name="Summary">What it came to.</param>
/// <param name="Differences">Every difference, as it was found.</param>
internal sealed record ComparedPair(ImageComparison Summary, ImmutableArray<ImageDifference> Differences);

/// <summary>The data of <c>compare</c>.</summary>
internal sealed record CompareJson(
    string Reference, string Difference, string ReferenceDigest, string DifferenceDigest, bool Equal,
    int DifferenceCount, long ComparedFileCount, int ChangedFileCount, int AddedFileCount, int RemovedFileCount,
    int SameLayerCount, IReadOnlyList<DifferenceJson> Differences, IReadOnlyList<PackageChangeJson> Packages,
    string? ReportDir)
{
    public static CompareJson Of(ComparedPair pair)
    {
        var summary = pair.Summary;
        return new(
            summary.ReferenceImage, summary.DifferenceImage, summary.ReferenceDigest, summary.DifferenceDigest,
            summary.IsEqual, summary.DifferenceCount, summary.ComparedFileCount, summary.ChangedFileCount,
            summary.AddedFileCount, summary.RemovedFileCount, summary.SameLayerCount,
            [.. pair.Differences.Select(DifferenceJson.Of)], [.. summary.Packages.Select(PackageChangeJson.Of)],
            summary.ReportDirectory);
    }
}

/// <summary>One difference. The layer's index is that in the reference image, or in the only one that has it.</summary>
internal sealed record DifferenceJson(
    string Kind, string? Path, string Property, string? Reference, string? Difference, int? Layer, string? Platform,
    long? ReferenceSize, long? DifferenceSize, string? Patch)
{
    public static DifferenceJson Of(ImageDifference difference) => new(
        ComparisonWords.Kind(difference.Kind), difference.Path, ComparisonWords.Property(difference.Property),
        difference.Reference, difference.Difference, difference.Layer, difference.Platform, difference.ReferenceSize,
        difference.DifferenceSize, difference.Patch);
}

/// <summary>One package that is not the same in both images.</summary>
internal sealed record PackageChangeJson(
    string Kind, string Type, string Name, string? Architecture, string? ReferenceVersion, string? DifferenceVersion,
    string Path)
{
    public static PackageChangeJson Of(PackageChange change) => new(
        ComparisonWords.Kind(change.Kind), change.Type, change.Name, change.Architecture, change.ReferenceVersion,
        change.DifferenceVersion, change.Path);
}

/// <summary>The words of a comparison as this face writes them.</summary>
internal static class ComparisonWords
{
    public static string Kind(string kind) => kind.ToLowerInvariant();

    /// <summary>A property; the name of a document's field stays as it is there.</summary>
    public static string Property(string property) => DifferenceProperty.IsWord(property)
        ? JsonNamingPolicy.SnakeCaseLower.ConvertName(property)
        : property;
}
