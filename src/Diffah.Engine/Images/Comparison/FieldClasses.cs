using Diffah.Engine.Images.Comparison.Documents;

namespace Diffah.Engine.Images.Comparison;

/// <summary>To which classes the fields of manifests and configurations belong.</summary>
internal static class FieldClasses
{
    // Annotations, and labels of the same names.
    private static readonly string[] Times = ["org.opencontainers.image.created", "org.label-schema.build-date"];
    private static readonly string[] Names = ["org.opencontainers.image.ref.name", "io.containerd.image.name"];

    /// <summary>The classes of a configuration's field.</summary>
    /// <param name="path">Where it is.</param>
    public static IgnoredDifferences OfConfig(string path) => path switch
    {
        "created" => IgnoredDifferences.Timestamp,
        _ when IsIn(path, "history") => IgnoredDifferences.History
            | (path.EndsWith("].created", StringComparison.Ordinal)
                ? IgnoredDifferences.Timestamp
                : IgnoredDifferences.None),
        // Docker's classic builder writes which container it built in, and from which image of an earlier step.
        "config.Image" or "container" => IgnoredDifferences.History,
        _ when IsIn(path, "container_config") => IgnoredDifferences.History,
        _ => OfKey(path),
    };

    /// <summary>The classes of a manifest's or an index's field.</summary>
    /// <param name="field">The field.</param>
    public static IgnoredDifferences OfManifest(FieldDifference field) =>
        field.Path.Split('.')[^1] == MediaTypeTwins.Field && MediaTypeTwins.AreTwins(field.Reference, field.Difference)
            ? IgnoredDifferences.JsonFormat
            : OfKey(field.Path);

    private static IgnoredDifferences OfKey(string path) =>
        Times.Any(t => IsKey(path, t)) ? IgnoredDifferences.Timestamp
        : Names.Any(n => IsKey(path, n)) ? IgnoredDifferences.ImageName
        : IgnoredDifferences.None;

    private static bool IsKey(string path, string key) =>
        path == $"annotations.{key}" || path.EndsWith($".annotations.{key}", StringComparison.Ordinal)
        || path.EndsWith($".Labels.{key}", StringComparison.Ordinal);

    private static bool IsIn(string path, string field) =>
        path.StartsWith(field, StringComparison.Ordinal)
        && (path.Length == field.Length || path[field.Length] is '.' or '[');
}
