using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Diffah.Engine.Images.Packages;

namespace Diffah.Engine.Images.Comparison.Reporting;

/// <summary>
/// The shapes of <c>report.json</c>. Names are an interface: fields are added, never renamed. They stand in the order
/// in which they are written.
/// </summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(OptionsJson))]
[JsonSerializable(typeof(DifferenceJson))]
[JsonSerializable(typeof(SummaryJson))]
[JsonSerializable(typeof(PackageJson))]
internal sealed partial class ReportJson : JsonSerializerContext;

/// <summary>How the images were compared.</summary>
internal sealed record OptionsJson(
    IReadOnlyList<string> Ignore, ImmutableArray<string> ExcludePaths, bool Squash, bool Content)
{
    public static OptionsJson Of(ComparisonOptions options) => new(
        [.. Enum.GetValues<IgnoredDifferences>()
            .Where(one => int.IsPow2((int)one) && options.Ignore.HasFlag(one))
            .Select(one => ReportWords.Of(one.ToString()))],
        options.ExcludePaths, options.Squash, options.IncludeContent);
}

/// <summary>One difference, and the files of both images where their bytes differ or only one is there.</summary>
internal sealed record DifferenceJson(
    string Kind, string? Path, string Property, string? Reference, string? Difference, int? Layer, string? Platform,
    long? ReferenceSize, long? DifferenceSize, string? Patch, FileDescription? ReferenceFile,
    FileDescription? DifferenceFile)
{
    public static DifferenceJson Of(ImageDifference one, FileDescription? reference, FileDescription? other) => new(
        ReportWords.Of(one.Kind.ToString()), one.Path, ReportWords.Property(one.Property), one.Reference,
        one.Difference, one.Layer, one.Platform, one.ReferenceSize, one.DifferenceSize, one.Patch, reference, other);
}

/// <summary>What the comparison came to.</summary>
internal sealed record SummaryJson(
    bool Equal, int DifferenceCount, long ComparedFileCount, int ChangedFileCount, int AddedFileCount,
    int RemovedFileCount, int SameLayerCount)
{
    public static SummaryJson Of(ImageComparison all) => new(
        all.IsEqual, all.DifferenceCount, all.ComparedFileCount, all.ChangedFileCount, all.AddedFileCount,
        all.RemovedFileCount, all.SameLayerCount);
}

/// <summary>A package that changed.</summary>
internal sealed record PackageJson(
    string Kind, string Type, string Name, string? Architecture, string? ReferenceVersion, string? DifferenceVersion,
    string Path)
{
    public static PackageJson Of(PackageChange change) => new(
        ReportWords.Of(change.Kind.ToString()), change.Type, change.Name, change.Architecture,
        change.ReferenceVersion, change.DifferenceVersion, change.Path);
}

/// <summary>Words of the engine as JSON has them.</summary>
internal static class ReportWords
{
    /// <summary>A word in snake case.</summary>
    public static string Of(string word) => JsonNamingPolicy.SnakeCaseLower.ConvertName(word);

    /// <summary>A property; the name of a document's field stays as it is there.</summary>
    public static string Property(string property) => DifferenceProperty.IsWord(property) ? Of(property) : property;
}
