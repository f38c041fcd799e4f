using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;

namespace Diffah.Engine.Operations.Specs;

/// <summary>Reads the JSON files that name the images of a bundle. Relative paths in them start from the file's own folder.</summary>
public static class SpecFiles
{
    /// <summary>Reads <c>{"pairs":[{"name","baseline","target"}]}</c>.</summary>
    /// <param name="path">Absolute path of the file.</param>
    /// <exception cref="DiffahException">FileNotFound; SpecFileInvalid, naming file, field and rule.</exception>
    public static ImmutableArray<DeltaPair> ReadBundle(string path) => throw new NotSupportedException(path);

    /// <summary>Reads <c>{"baselines":{name:reference}}</c>.</summary>
    /// <param name="path">Absolute path of the file.</param>
    /// <exception cref="DiffahException">FileNotFound; SpecFileInvalid, naming file, field and rule.</exception>
    public static ImmutableSortedDictionary<string, ImageReference> ReadBaselines(string path) => throw new NotSupportedException(path);

    /// <summary>Reads <c>{"outputs":{name:reference}}</c>.</summary>
    /// <param name="path">Absolute path of the file.</param>
    /// <exception cref="DiffahException">FileNotFound; SpecFileInvalid, naming file, field and rule.</exception>
    public static ImmutableSortedDictionary<string, ImageReference> ReadOutputs(string path) => throw new NotSupportedException(path);
}
