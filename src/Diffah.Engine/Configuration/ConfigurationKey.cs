namespace Diffah.Engine.Configuration;

/// <summary>A key of the configuration file.</summary>
internal sealed record ConfigurationKey
{
    /// <summary>Its name in the file.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for, in a line.</summary>
    public required string Comment { get; init; }

    /// <summary>What a value must be, to follow "it must be".</summary>
    public required string Rule { get; init; }

    /// <summary>A value as it is written: the built-in default, or an example where there is none.</summary>
    public required string Sample { get; init; }

    /// <summary>The built-in default; null where there is none.</summary>
    public object? Default { get; init; }

    /// <summary>The key's value in a configuration; null where it says nothing.</summary>
    public required Func<DiffahConfiguration, object?> Get { get; init; }

    /// <summary>The configuration with a value from a file; null where the value is none for the key. Ranges are checked elsewhere.</summary>
    public required Func<DiffahConfiguration, YamlValue, ConfigurationFile, DiffahConfiguration?> Set { get; init; }
}
