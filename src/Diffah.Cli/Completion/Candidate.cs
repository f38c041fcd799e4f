namespace Diffah.Cli.Completion;

/// <summary>One word that may stand where the user is typing.</summary>
/// <param name="Text">The whole word.</param>
/// <param name="Description">What it is, in one line; null where the word says all.</param>
internal sealed record Candidate(string Text, string? Description = null);
