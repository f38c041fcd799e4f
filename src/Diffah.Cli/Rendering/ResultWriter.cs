using Diffah.Cli.Json;
using Diffah.Cli.Options;
using Diffah.Cli.Verbs;

namespace Diffah.Cli.Rendering;

/// <summary>Writes a verb's result in the format asked for.</summary>
internal static class ResultWriter
{
    public static void Write(TextWriter output, OutputFormat format, VerbResult result)
    {
        if (format == OutputFormat.Json)
            JsonEnvelope.WriteData(output, result.Data);
        else
            result.WriteText(output);
    }
}
