using System.Collections.Immutable;
using System.Globalization;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Configuration;

/// <summary>Where a value comes from. A word, not a number: what people compare, and what JSON, CSV and a job of another process keep.</summary>
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
/// <param name="Value">The value: a number, a time, or a text; null where there is none, so that something else decides.</param>
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

/// <summary>What counts where no option or parameter says otherwise: environment over file over built-in default.</summary>
public sealed record EffectiveConfiguration
{
    private readonly DiffahConfiguration _effective;

    private EffectiveConfiguration(DiffahConfiguration effective) => _effective = effective;

    /// <summary>Absolute path of the configuration file; null where there is no home folder it could be in.</summary>
    public string? Path { get; private init; }

    /// <summary>True where there is such a file.</summary>
    public bool Exists { get; private init; }

    /// <summary>Every key with its value and source.</summary>
    public ImmutableArray<ConfigurationValue> Values { get; private init; } = [];

    /// <summary>What of the file can't be used; while there is anything, other commands fail.</summary>
    public ImmutableArray<ConfigurationProblem> Problems { get; private init; } = [];

    /// <summary>Which image of an index is meant, <c>os/arch[/variant]</c>.</summary>
    public string Platform => _effective.ToEncodingOptions().Platform.ToString();

    /// <summary>Whether layers are patched: a word of <see cref="IntraLayerMode"/>.</summary>
    public string IntraLayer => _effective.ToEncodingOptions().IntraLayer.ToString();

    /// <summary>Absolute path of a file of credentials for registries; null where none is named.</summary>
    public string? AuthFile => _effective.AuthFile;

    /// <summary>How many times more a failed request is tried.</summary>
    public int RetryCount => _effective.ToRegistryOptions().RetryCount;

    /// <summary>The wait between two tries; null begins at a second and doubles.</summary>
    public TimeSpan? RetryDelay => _effective.RetryDelay;

    /// <summary>zstd level.</summary>
    public int ZstdLevel => _effective.ToEncodingOptions().ZstdLevel;

    /// <summary>zstd window: auto, or log2 bytes.</summary>
    public string ZstdWindowLog => new WindowLog(_effective.ToEncodingOptions().ZstdWindowLog).ToString();

    /// <summary>Layers read and encoded at the same time.</summary>
    public int Workers => _effective.ToEncodingOptions().Workers;

    /// <summary>Baseline layers tried for each changed layer.</summary>
    public int Candidates => _effective.ToEncodingOptions().Candidates;

    /// <summary>Absolute path of the folder to spool in; null is beside the output.</summary>
    public string? WorkDirectory => _effective.WorkDirectory;

    /// <summary>Bytes that all encodes running at the same time may be estimated at; 0 is no limit.</summary>
    public long MemoryBudget => _effective.ToEncodingOptions().MemoryBudget;

    /// <summary>Whether archives and images that are there already are replaced.</summary>
    public bool Force => _effective.Force ?? false;

    /// <summary>The file's path.</summary>
    public override string ToString() => Path ?? "";

    /// <summary>Puts file and environment together.</summary>
    /// <param name="file">Where the file is; null where it can be nowhere.</param>
    /// <param name="content">What was read of it.</param>
    /// <param name="environment">What the environment says.</param>
    internal static EffectiveConfiguration Of(ConfigurationFile? file, ConfigurationContent content, DiffahConfiguration environment)
    {
        var values = ConfigurationKeys.All.Select(key => ValueOf(key, content.Configuration, environment)).ToImmutableArray();
        var effective = content.Configuration with
        {
            AuthFile = environment.AuthFile ?? content.Configuration.AuthFile,
            WorkDirectory = environment.WorkDirectory ?? content.Configuration.WorkDirectory,
            Force = environment.Force ?? content.Configuration.Force,
        };
        return new EffectiveConfiguration(effective) { Path = file?.Path, Exists = content.Exists, Values = values, Problems = content.Problems };
    }

    private static ConfigurationValue ValueOf(ConfigurationKey key, DiffahConfiguration file, DiffahConfiguration environment)
    {
        if (key.Get(environment) is { } set)
            return new ConfigurationValue(key.Name, Plain(set), ConfigurationSource.Environment);
        return key.Get(file) is { } written
            ? new ConfigurationValue(key.Name, Plain(written), ConfigurationSource.File)
            : new ConfigurationValue(key.Name, Plain(key.Default), ConfigurationSource.Default);
    }

    // What JSON and a job of another process can keep as it is.
    private static object? Plain(object? value) => value switch
    {
        Enum word => word.ToString().ToLowerInvariant(),
        Oci.Platform or WindowLog => value.ToString(),
        _ => value,
    };
}
