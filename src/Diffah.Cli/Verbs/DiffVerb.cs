using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;

namespace Diffah.Cli.Verbs;

/// <summary><c>diffah diff</c>: makes a delta archive for one image.</summary>
internal sealed class DiffVerb : ProducerVerb
{
    private readonly DiffArguments _arguments = new();

    public DiffVerb(CommandLineHost host, GlobalOptions globals)
        : base(host, globals, "diff", "Write an archive of what changed from one image to another.", "DELTA-OUT") => _arguments.AddTo(this);

    public override string Example => """
        diffah diff docker-archive:./app-v1.tar docker-archive:./app-v2.tar ./app-v1-v2.delta.tar
        diffah diff --dry-run oci:./layout:v1 oci:./layout:v2 /dev/null
        diffah diff docker://far.example/app:v1 docker://far.example/app:v2 ./app.delta.tar
        diffah diff --platform linux/arm64 --zstd-level 12 oci-archive:v1.tar oci-archive:v2.tar out.delta.tar
        diffah diff --sign-key ./signing.key oci:./layout:v1 oci:./layout:v2 ./app.delta.tar
        diffah diff --baseline-manifest ./app-v1.manifest.json oci:./layout:v2 ./app.delta.tar
        """;

    public override bool IsOptional(Argument argument) => false;

    public override IEnumerable<string> MissingArguments(ParseResult parsed) => _arguments.Missing(parsed);

    protected override string OutputOf(ParseResult parsed) => _arguments.Output(parsed);

    protected override Task<DeltaArchive> CreateAsync(ParseResult parsed, IOperations operations, EventSink events, CancellationToken cancellationToken) =>
        operations.CreateDeltaAsync(Map(parsed), events, cancellationToken);

    protected override Task<DeltaPlan> PlanAsync(ParseResult parsed, IOperations operations, EventSink events, CancellationToken cancellationToken) =>
        operations.PlanDeltaAsync(Map(parsed), events, cancellationToken);

    private CreateDeltaRequest Map(ParseResult parsed) => Complete(
        new CreateDeltaRequest
        {
            Baseline = _arguments.Baseline(parsed) is { } baseline ? CommonOptions.ResolveReference(baseline, Host) : null,
            BaselineManifestPath = parsed.ReadPath(_arguments.BaselineManifest, Host),
            Target = CommonOptions.ResolveReference(_arguments.Target(parsed), Host),
            OutputPath = CommonOptions.ResolvePath(_arguments.Output(parsed), "DELTA-OUT", Host),
        },
        parsed);
}

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
