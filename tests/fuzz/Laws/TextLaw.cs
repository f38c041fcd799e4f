using Diffah.Engine.Diagnostics;

namespace Diffah.Fuzz.Laws;

/// <summary>What the engine says can be shown in a terminal, and holds no secret of the input.</summary>
internal sealed class TextLaw(string operation, IReadOnlyList<string> secrets) : IProgress<EngineEvent>
{
    private volatile string? _problem;

    /// <summary>Called from any thread of the engine: what is wrong is kept until it is asked for.</summary>
    public void Report(EngineEvent value)
    {
        if (value is MessageEvent message)
            _problem ??= ProblemOf("an event", message.Message);
    }

    public void Check(DiffahException error)
    {
        var problem = ProblemOf($"the message of {error.Error.Code}", error.Message)
            ?? ProblemOf($"the next action of {error.Error.Code}", error.NextAction);
        if (problem is not null)
            throw new LawBrokenException(Law.Text, operation, problem);
        if (error.NextAction.Length == 0)
            throw new LawBrokenException(Law.Text, operation, $"{error.Error.Code} says nothing to do next");
    }

    public void CheckEvents()
    {
        if (_problem is { } problem)
            throw new LawBrokenException(Law.Text, operation, problem);
    }

    private string? ProblemOf(string what, string text) =>
        text.Length > Bounds.Text ? $"{what} is too long"
        : text.Any(char.IsControl) ? $"{what} holds a control character"
        : secrets.Any(secret => text.Contains(secret, StringComparison.Ordinal)) ? $"{what} holds a secret"
        : null;
}
