using Diffah.Engine.Oci;

namespace Diffah.Engine.Images.BaseImages;

/// <summary>A value that a Dockerfile comes to.</summary>
/// <param name="Text">The value.</param>
/// <param name="Missing">The first variable without a value that it was made of; null where all had one.</param>
internal sealed record DockerfileValue(string Text, string? Missing = null);

/// <summary>
/// The variables that FROM can use: those of platforms, and those that ARG declares before the first FROM.
/// </summary>
internal sealed class DockerfileScope
{
    /// <summary>The most characters of a value. The kernel gives a program not much more.</summary>
    public const int MaximumValue = 64 * 1024;

    // A file of values that are made of one another would else be work without end.
    private const int MaximumWork = 64 * 1024 * 1024;

    private const string Stage = "TARGETSTAGE";

    private static readonly string[] Sides = ["BUILD", "TARGET"];

    private readonly Dictionary<string, DockerfileValue> _values = new(StringComparer.Ordinal);
    private readonly IReadOnlyDictionary<string, string> _given;
    private long _work;

    /// <param name="platform">The platform that is built for. What builds is taken to be of the same: for who doesn't
    /// cross-compile it is, and who does builds the last stage for the target.</param>
    /// <param name="given">What was given to the build (<c>--build-arg</c>).</param>
    public DockerfileScope(Platform platform, IReadOnlyDictionary<string, string> given)
    {
        _given = given;
        foreach (var side in Sides)
            foreach (var (name, value) in Parts(platform))
                Predefine(side + name, value);
        Predefine(Stage, "default");
    }

    /// <summary>True for what a build may be given though no ARG declares it.</summary>
    public static bool IsPredefined(string name) =>
        name is Stage or "SOURCE_DATE_EPOCH"
        || name.StartsWith("BUILDKIT_", StringComparison.Ordinal)
        || name.EndsWith("_PROXY", StringComparison.OrdinalIgnoreCase)
        || Sides.Any(side => Parts(Platform.Default).Any(part => name == side + part.Name));

    /// <summary>The value of a variable; null where it has none.</summary>
    public DockerfileValue? Find(string name) => _values.GetValueOrDefault(name);

    /// <summary>What was given to the build for a variable; null for nothing.</summary>
    public string? Given(string name) => _given.GetValueOrDefault(name);

    /// <summary>Sets a variable.</summary>
    public void Set(string name, DockerfileValue value) => _values[name] = value;

    /// <summary>Counts work; false where it has become too much.</summary>
    /// <param name="steps">How much.</param>
    public bool TrySpend(long steps) => (_work += steps) <= MaximumWork;

    private static IEnumerable<(string Name, string Value)> Parts(Platform platform) =>
    [
        ("PLATFORM", platform.ToString()),
        ("OS", platform.OperatingSystem),
        ("OSVERSION", ""),
        ("ARCH", platform.Architecture),
        ("VARIANT", platform.Variant ?? ""),
    ];

    private void Predefine(string name, string value) => Set(name, new DockerfileValue(Given(name) ?? value));
}
