namespace Diffah.Cli.Verbs;

/// <summary>What a verb has to say, in both formats.</summary>
/// <param name="Data">The envelope's data; a type that <see cref="Json.CliJsonContext"/> knows.</param>
/// <param name="WriteText">Writes the same for people, who also read how long the work took.</param>
/// <param name="ExitCode">What the process answers with.</param>
internal sealed record VerbResult(object Data, Action<TextWriter, TimeSpan> WriteText, int ExitCode = 0)
{
    public VerbResult(object data, Action<TextWriter> writeText, int exitCode = 0)
        : this(data, (output, _) => writeText(output), exitCode)
    {
    }
}
