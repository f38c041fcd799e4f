using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;

namespace Diffah.PowerShell.Parameters;

/// <summary>Reads the encoding's parameters that are more than a number.</summary>
internal static class EncodingParameters
{
    /// <summary>What leaves the window to the size of the layer.</summary>
    public const string Auto = WindowLog.Auto;

    /// <summary>Reads a window log: auto, or a number that the engine checks.</summary>
    /// <param name="text">The text.</param>
    /// <returns>log2 bytes; null for auto.</returns>
    /// <exception cref="DiffahException">InvalidArgument.</exception>
    public static int? ParseWindowLog(string text) => WindowLog.TryParse(text, out var window)
        ? window.Log
        : throw new DiffahException(DiffahErrors.InvalidArgument, $"The zstd window log is '{text}'; it must be auto or between 10 and 31.");
}
