using Diffah.Engine.Diagnostics;

namespace Diffah.PowerShell.Formatting;

/// <summary>Sizes and shares as the module's views show them: the engine's own form of both.</summary>
public static class ByteSize
{
    /// <summary>A number of bytes for people, for example 14.3 MiB.</summary>
    /// <param name="bytes">The number of bytes; may be negative.</param>
    public static string Format(long bytes) => Human.Size(bytes);

    /// <summary>A fraction of one as a percentage, for example 93.1 %.</summary>
    /// <param name="ratio">The fraction.</param>
    public static string FormatPercent(double ratio) => Human.Percent(ratio);
}
