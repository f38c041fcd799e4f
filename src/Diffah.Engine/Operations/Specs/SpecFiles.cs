using System.Collections.Immutable;
using System.Text.Json;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations.Requests;

namespace Diffah.Engine.Operations.Specs;

/// <summary>
/// Reads the JSON files that name the images of a bundle. Relative paths in them start from the file's own folder.
/// </summary>
public static class SpecFiles
{
    /// <summary>Reads <c>{"pairs":[{"name","baseline","target"}]}</c>.</summary>
    /// <param name="path">Absolute path of the file.</param>
    /// <param name="cancellationToken">Stops the wait for what comes through a pipe.</param>
    /// <exception cref="DiffahException">FileNotFound; SpecFileInvalid, naming file, field and rule.</exception>
    public static ImmutableArray<DeltaPair> ReadBundle(string path, CancellationToken cancellationToken = default) =>
        ReadPairs(path, needsBaseline: true, cancellationToken);

    private static ImmutableArray<DeltaPair> ReadPairs(
        string path, bool needsBaseline, CancellationToken cancellationToken)
    {
        var file = SpecFile.Read(path, cancellationToken);
        var pairs = file.Array(file.Field(file.Root, "", "pairs"), "pairs");
        if (pairs.Length == 0)
            throw file.Invalid("pairs", "a bundle needs at least one pair");
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        return [.. pairs.Select((p, i) => ReadPair(file, p, $"pairs[{i}]", names, needsBaseline))];
    }

    /// <summary>
    /// Reads <c>{"pairs":[{"name","target"}]}</c>, for an inventory; a pair may have a baseline.
    /// </summary>
    /// <param name="path">Absolute path of the file.</param>
    /// <param name="cancellationToken">Stops the wait for what comes through a pipe.</param>
    /// <exception cref="DiffahException">FileNotFound; SpecFileInvalid, naming file, field and rule.</exception>
    public static ImmutableArray<DeltaPair> ReadTargets(string path, CancellationToken cancellationToken = default) =>
        ReadPairs(path, needsBaseline: false, cancellationToken);

    /// <summary>Reads <c>{"baselines":{name:reference}}</c>.</summary>
    /// <param name="path">Absolute path of the file.</param>
    /// <param name="cancellationToken">Stops the wait for what comes through a pipe.</param>
    /// <exception cref="DiffahException">FileNotFound; SpecFileInvalid, naming file, field and rule.</exception>
    public static ImmutableSortedDictionary<string, ImageReference> ReadBaselines(
        string path, CancellationToken cancellationToken = default) =>
        ReadReferences(path, "baselines", cancellationToken);

    /// <summary>Reads <c>{"outputs":{name:reference}}</c>.</summary>
    /// <param name="path">Absolute path of the file.</param>
    /// <param name="cancellationToken">Stops the wait for what comes through a pipe.</param>
    /// <exception cref="DiffahException">FileNotFound; SpecFileInvalid, naming file, field and rule.</exception>
    public static ImmutableSortedDictionary<string, ImageReference> ReadOutputs(
        string path, CancellationToken cancellationToken = default) =>
        ReadReferences(path, "outputs", cancellationToken);

    private static DeltaPair ReadPair(
        SpecFile file, JsonElement pair, string place, Dictionary<string, string> names, bool needsBaseline)
    {
        var fields = file.Object(pair, place, "name", "baseline", "target");
        var name = file.Text(fields, place, "name");
        file.RequireName(name, $"{place}.name");
        if (!names.TryAdd(name, place))
            throw file.Invalid($"{place}.name", $"'{name}' is the name of {names[name]} already; names are unique");
        var hasBaseline = needsBaseline || fields.ContainsKey("baseline");
        return new DeltaPair(name, hasBaseline ? Reference("baseline") : null, Reference("target"));

        ImageReference Reference(string field) => file.Reference(file.Text(fields, place, field), $"{place}.{field}");
    }

    private static ImmutableSortedDictionary<string, ImageReference> ReadReferences(
        string path, string field, CancellationToken cancellationToken)
    {
        var file = SpecFile.Read(path, cancellationToken);
        var fields = file.Object(file.Field(file.Root, "", field), field);
        var references = ImmutableSortedDictionary.CreateBuilder<string, ImageReference>(StringComparer.Ordinal);
        foreach (var name in fields.Keys)
        {
            file.RequireName(name, $"{field}.{ImageNames.Shown(name)}");
            references[name] = file.Reference(file.Text(fields, field, name), $"{field}.{name}");
        }
        return references.ToImmutable();
    }
}
