using Diffah.Cli.Json;
using Diffah.Cli.Options;
using Diffah.Cli.Verbs;

namespace Diffah.Cli.Rendering;

/// <summary>Writes a verb's result in the format asked for.</summary>
internal static class ResultWriter
{
    /// <param name="output">Where to.</param>
    /// <param name="format">How.</param>
    /// <param name="result">What.</param>
    /// <param name="elapsed">How long the work took.</param>
    public static void Write(TextWriter output, OutputFormat format, VerbResult result, TimeSpan elapsed)
    {
        if (format == OutputFormat.Json)
            JsonEnvelope.WriteData(output, result.Data);
        else
            result.WriteText(output, elapsed);
    }
}
