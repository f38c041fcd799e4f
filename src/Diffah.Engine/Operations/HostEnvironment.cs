using System.Globalization;
using System.Reflection;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Operations;

/// <summary>What both faces take from the process's environment; the engine itself never looks.</summary>
public static class HostEnvironment
{
    /// <summary>The version of the product, for example 0.1.0.</summary>
    public static string ProductVersion { get; } =
        typeof(HostEnvironment).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>The folder to spool in, from DIFFAH_WORKDIR; null where unset.</summary>
    public static string? WorkDirectory => Read("DIFFAH_WORKDIR");

    /// <summary>The creation time for reproducible archives, from SOURCE_DATE_EPOCH (seconds); null where unset.</summary>
    /// <exception cref="DiffahException">InvalidArgument: not a whole number of seconds.</exception>
    public static DateTimeOffset? SourceDate
    {
        get
        {
            const long lastSecond = 253402300799; // 9999-12-31T23:59:59Z, the last that RFC 3339 can write
            if (Read("SOURCE_DATE_EPOCH") is not { } text)
                return null;
            return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= lastSecond
                ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                : throw new DiffahException(DiffahErrors.InvalidArgument, $"SOURCE_DATE_EPOCH is '{text}', which is not a number of seconds since 1970.",
                    "Unset SOURCE_DATE_EPOCH, or set it to a whole number of seconds.");
        }
    }

    private static string? Read(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
