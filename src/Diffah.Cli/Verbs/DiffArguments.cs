using System.CommandLine;
using Diffah.Cli.Options;
using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Verbs;

/// <summary>The arguments of <c>diff</c>: three, or two where a file has the baseline's manifest.</summary>
internal sealed class DiffArguments
{
    private readonly Argument<string> _baseline = CommonOptions.Reference("BASELINE", "The image that the other side has, as transport:location; left out with --baseline-manifest.");
    private readonly Argument<string> _target = CommonOptions.Reference("TARGET", "The image that the other side is to get, as transport:location.");
    private readonly Argument<string> _output = CommonOptions.File("DELTA-OUT", "The delta archive to write.");

    public DiffArguments() => _output.Arity = ArgumentArity.ZeroOrOne;

    /// <summary>The file with the manifest.</summary>
    public Option<string?> BaselineManifest { get; } = OptionFactory.Text("--baseline-manifest", ValuePlaceholders.File,
        "The baseline's manifest, where no more is left of it: its layers need not travel, but none can be patched from. The arguments are TARGET DELTA-OUT then.");

    public void AddTo(Command command)
    {
        command.AddArguments(_baseline, _target, _output);
        command.Add(BaselineManifest);
    }

    /// <summary>Names of the arguments that a line lacks.</summary>
    public IEnumerable<string> Missing(ParseResult parsed) => Names(parsed).Skip(Given(parsed).Length).Select(a => a.Name);

    /// <summary>The image that the other side has; null with a manifest in its place.</summary>
    public string? Baseline(ParseResult parsed) => HasManifest(parsed) ? null : Value(parsed, _baseline);

    /// <summary>The image that the other side is to get.</summary>
    public string Target(ParseResult parsed) => Value(parsed, _target);

    /// <summary>The archive to write.</summary>
    public string Output(ParseResult parsed) => Value(parsed, _output);

    private string Value(ParseResult parsed, Argument<string> argument)
    {
        var (names, given) = (Names(parsed), Given(parsed));
        return given.Length == names.Length
            ? given[Array.IndexOf(names, argument)]
            : throw new DiffahException(DiffahErrors.InvalidArgument, "With --baseline-manifest there is no BASELINE, and the arguments are TARGET DELTA-OUT.", "Leave BASELINE or --baseline-manifest out.");
    }

    private Argument<string>[] Names(ParseResult parsed) => HasManifest(parsed) ? [_target, _output] : [_baseline, _target, _output];

    private string[] Given(ParseResult parsed) => [.. new[] { _baseline, _target, _output }.SelectMany(a => parsed.GetResult(a)?.Tokens ?? []).Select(t => t.Value)];

    private bool HasManifest(ParseResult parsed) => parsed.GetResult(BaselineManifest) is not null;
}
