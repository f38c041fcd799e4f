using System.Collections.Immutable;
using System.Globalization;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Configuration;

/// <summary>
/// Where a value comes from. A word, not a number: what people compare, and what JSON, CSV and a job of another process
/// keep.
/// </summary>
public static class ConfigurationSource
{
    /// <summary>It is built in.</summary>
    public const string Default = nameof(Default);

    /// <summary>The configuration file says so.</summary>
    public const string File = nameof(File);

    /// <summary>An environment variable says so.</summary>
    public const string Environment = nameof(Environment);
}

/// <summary>A key with the value that counts where no option or parameter says otherwise.</summary>
/// <param name="Key">The key, as in the file.</param>
/// <param name="Value">The value: a number, a time, or a text; null where there is none, so that something else
/// decides.</param>
/// <param name="Source">Where the value comes from: a word of <see cref="ConfigurationSource"/>.</param>
public sealed record ConfigurationValue(string Key, object? Value, string Source)
{
    /// <summary>Key and value, as in the file.</summary>
    public override string ToString() => $"{Key}: {Text}";

    /// <summary>The value as it is written in the file; empty where there is none.</summary>
    public string Text => Value switch
    {
        null => "",
        bool on => on ? "true" : "false",
        long bytes => ByteSize.FormatExactly(bytes),
        TimeSpan time => Duration.Format(time),
        var other => Convert.ToString(other, CultureInfo.InvariantCulture)!,
    };
}

/// <summary>
/// What counts where no option or parameter says otherwise: environment over file over built-in default.
/// </summary>
public sealed record EffectiveConfiguration
{
    private readonly KnobValues _effective;

    private EffectiveConfiguration(KnobValues effective) => _effective = effective;

    /// <summary>Absolute path of the configuration file; null where there is no home folder it could be in.</summary>
    public string? Path { get; private init; }

    /// <summary>True where there is such a file.</summary>
    public bool Exists { get; private init; }

    /// <summary>Every key with its value and source.</summary>
    public ImmutableArray<ConfigurationValue> Values { get; private init; } = [];

    /// <summary>What of the file can't be used; while there is anything, other commands fail.</summary>
    public ImmutableArray<ConfigurationProblem> Problems { get; private init; } = [];

    /// <summary>Which image of an index is meant, <c>os/arch[/variant]</c>.</summary>
    public string Platform => _effective.Get(Knobs.Platform).ToString();

    /// <summary>Whether layers are patched: a word of <see cref="IntraLayerMode"/>.</summary>
    public string IntraLayer => _effective.Get(Knobs.IntraLayer).ToString();

    /// <summary>Version of the archive's format, 1 or 2.</summary>
    public int FormatVersion => _effective.Get(Knobs.FormatVersion);

    /// <summary>How much work is put into patches of contents: a word of <see cref="EncodingEffort"/>.</summary>
    public string Effort => _effective.Get(Knobs.Effort).ToString();

    /// <summary>Absolute path of a file of credentials for registries; null where none is named.</summary>
    public string? AuthFile => _effective.Get(Knobs.AuthFile);

    /// <summary>How many times more a failed request is tried.</summary>
    public int RetryCount => _effective.Get(Knobs.RetryCount);

    /// <summary>The wait between two tries; null begins at a second and doubles.</summary>
    public TimeSpan? RetryDelay => _effective.Get(Knobs.RetryDelay);

    /// <summary>zstd level.</summary>
    public int ZstdLevel => _effective.Get(Knobs.ZstdLevel);

    /// <summary>zstd window: auto, or log2 bytes.</summary>
    public string ZstdWindowLog => _effective.Get(Knobs.ZstdWindowLog).ToString();

    /// <summary>Layers read and encoded at the same time.</summary>
    public int Workers => _effective.Get(Knobs.Workers);

    /// <summary>Baseline layers tried for each changed layer.</summary>
    public int Candidates => _effective.Get(Knobs.Candidates);

    /// <summary>Absolute path of the folder to spool in; null is beside the output.</summary>
    public string? WorkDirectory => _effective.Get(Knobs.WorkDirectory);

    /// <summary>Bytes that all encodes running at the same time may be estimated at; 0 is no limit.</summary>
    public long MemoryBudget => _effective.Get(Knobs.MemoryBudget);

    /// <summary>Bytes that a layer, or an image archive compressed as a whole, may expand to; 0 is no limit.</summary>
    public long MaxLayerSize => _effective.Get(Knobs.MaxLayerSize);

    /// <summary>Whether archives and images that are there already are replaced.</summary>
    public bool Force => _effective.Get(Knobs.Force);

    /// <summary>The file's path.</summary>
    public override string ToString() => Path ?? "";

    /// <summary>Puts file and environment together.</summary>
    /// <param name="file">Where the file is; null where it can be nowhere.</param>
    /// <param name="content">What was read of it.</param>
    /// <param name="environment">What the environment says.</param>
    internal static EffectiveConfiguration Of(
        ConfigurationFile? file, ConfigurationContent content, KnobValues environment) =>
        new(environment.Over(content.Values))
        {
            Path = file?.Path,
            Exists = content.Exists,
            Values = [.. Knobs.All.Select(knob => ValueOf(knob, content.Values, environment))],
            Problems = content.Problems,
        };

    private static ConfigurationValue ValueOf(Knob knob, KnobValues file, KnobValues environment)
    {
        var source = environment.Says(knob)
            ? ConfigurationSource.Environment
            : file.Says(knob) ? ConfigurationSource.File : ConfigurationSource.Default;
        return new ConfigurationValue(
            knob.Name, Plain(environment.Find(knob) ?? file.Find(knob) ?? knob.DefaultValue), source);
    }

    // What JSON and a job of another process can keep as it is.
    private static object? Plain(object? value) => value switch
    {
        Enum word => word.ToString().ToLowerInvariant(),
        Oci.Platform or WindowLog => value.ToString(),
        _ => value,
    };
}
