using Diffah.Engine.Deltas;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Registry;

namespace Diffah.Engine.Configuration;

/// <summary>The user's own defaults, as a configuration file gives them; null is what it does not say.</summary>
public sealed record DiffahConfiguration
{
    /// <summary>The configuration that says nothing.</summary>
    public static DiffahConfiguration Empty { get; } = new();

    /// <summary>Which image of an index is meant.</summary>
    public Platform? Platform { get; init; }

    /// <summary>Whether layers are patched.</summary>
    public IntraLayerMode? IntraLayer { get; init; }

    /// <summary>Absolute path of a file of credentials for registries.</summary>
    public string? AuthFile { get; init; }

    /// <summary>How many times more a failed request is tried.</summary>
    public int? RetryCount { get; init; }

    /// <summary>The wait between two tries.</summary>
    public TimeSpan? RetryDelay { get; init; }

    /// <summary>zstd level.</summary>
    public int? ZstdLevel { get; init; }

    /// <summary>zstd window.</summary>
    public WindowLog? ZstdWindowLog { get; init; }

    /// <summary>Layers read and encoded at the same time.</summary>
    public int? Workers { get; init; }

    /// <summary>Baseline layers tried for each changed layer.</summary>
    public int? Candidates { get; init; }

    /// <summary>Absolute path of the folder to spool in.</summary>
    public string? WorkDirectory { get; init; }

    /// <summary>Bytes that all encodes running at the same time may be estimated at; 0 is no limit.</summary>
    public long? MemoryBudget { get; init; }

    /// <summary>Whether archives and images that are there already are replaced.</summary>
    public bool? Force { get; init; }

    /// <summary>The encoding's knobs: what the configuration says, over the built-in defaults.</summary>
    public EncodingOptions ToEncodingOptions()
    {
        var defaults = new EncodingOptions();
        return defaults with
        {
            Platform = Platform ?? defaults.Platform,
            IntraLayer = IntraLayer ?? defaults.IntraLayer,
            Workers = Workers ?? defaults.Workers,
            Candidates = Candidates ?? defaults.Candidates,
            ZstdLevel = ZstdLevel ?? defaults.ZstdLevel,
            ZstdWindowLog = ZstdWindowLog is { } window ? window.Log : defaults.ZstdWindowLog,
            MemoryBudget = MemoryBudget ?? defaults.MemoryBudget,
        };
    }

    /// <summary>How registries are spoken to: what the configuration says, over the built-in defaults. The auth file is no part of it, see <see cref="Extend"/>.</summary>
    public RegistryOptions ToRegistryOptions()
    {
        var defaults = new RegistryOptions();
        return defaults with { RetryCount = RetryCount ?? defaults.RetryCount, RetryDelay = RetryDelay ?? defaults.RetryDelay };
    }

    /// <summary>The same environment with the configuration's auth file, which counts where the environment names none.</summary>
    /// <param name="environment">Where credentials are.</param>
    public RegistryEnvironment Extend(RegistryEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return environment with { ConfiguredAuthFile = AuthFile };
    }
}
