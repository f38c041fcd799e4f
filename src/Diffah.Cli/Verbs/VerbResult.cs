namespace Diffah.Cli.Verbs;

/// <summary>What a verb has to say, in both formats.</summary>
/// <param name="Data">The envelope's data; a type that <see cref="Json.CliJsonContext"/> knows.</param>
/// <param name="WriteText">Writes the same for people.</param>
/// <param name="ExitCode">What the process answers with.</param>
internal sealed record VerbResult(object Data, Action<TextWriter> WriteText, int ExitCode = 0);
