using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Engine.Operations.Specs;
using Diffah.Engine.Transports;

namespace Diffah.Cli.Verbs;

/// <summary><c>diffah merge</c>: makes one delta archive of several that are applied one after the other.</summary>
internal sealed class MergeVerb : ProducerVerb
{
    private readonly Argument<string> _first = CommonOptions.File("FIRST", "The delta that is applied first.");
    private readonly Argument<string> _next = CommonOptions.File("NEXT", "The delta that goes on from it.");
    private readonly Argument<string[]> _output = new("DELTA-OUT")
    {
        Description = "The delta archive to write; - is standard output. Further deltas may stand before it.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _baseline = OptionFactory.Text("--baseline", ValuePlaceholders.Image,
        "The image that the first delta was made from: what several of them change is told by it anew.");
    private readonly Option<string?> _spec = OptionFactory.Text("--baseline-spec", ValuePlaceholders.File,
        """The same for a bundle, as JSON: {"baselines":{name:reference}}.""");
    private readonly VerificationOptionSet _verification = new("Public key that all deltas must be signed with.");

    public MergeVerb(CommandLineHost host, GlobalOptions globals)
        : base(host, globals, "merge",
            "Write one archive of several that are applied one after the other; no image is needed.", "DELTA-OUT")
    {
        this.AddArguments(_first, _next, _output);
        this.AddOptions(_baseline, _spec);
        _verification.AddTo(this);
    }

    public override string Example => """
        diffah merge ./app-v1-v2.delta ./app-v2-v3.delta ./app-v1-v3.delta
        diffah merge ./1-2.delta ./2-3.delta ./3-4.delta ./1-4.delta
        diffah merge --baseline docker-archive:./app-v1.tar ./1-2.delta ./2-3.delta ./1-3.delta
        diffah merge --verify ./signing.pub --sign-key ./signing.key ./1-2.delta ./2-3.delta ./1-3.delta
        """;

    protected override IEnumerable<StreamedValue> Streamed(ParseResult parsed) =>
    [
        .. ArchivesOf(parsed).Select(path => StreamedValue.Archive("FIRST", path)),
        StreamedValue.Image(_baseline.Name, parsed.GetValue(_baseline)),
        .. base.Streamed(parsed),
    ];

    protected override string OutputOf(ParseResult parsed) => parsed.GetRequiredValue(_output)[^1];

    protected override Task<DeltaArchive> CreateAsync(
        ParseResult parsed, TransportCatalog transports, EventSink events, CancellationToken cancellationToken) =>
        Host.Runner.RunAsync(Map(parsed), new MergeDeltas(transports).RunAsync, events, cancellationToken);

    protected override Task<DeltaPlan> PlanAsync(
        ParseResult parsed, TransportCatalog transports, EventSink events, CancellationToken cancellationToken) =>
        Host.Runner.RunAsync(Map(parsed), new MergeDeltas(transports).PlanAsync, events, cancellationToken);

    private MergeDeltasRequest Map(ParseResult parsed)
    {
        var spec = parsed.ReadPath(_spec, Host);
        var request = new MergeDeltasRequest
        {
            ArchivePaths = [.. ArchivesOf(parsed).Select(p => CommonOptions.ResolveArchive(p, "a delta", Host))],
            OutputPath = CommonOptions.ResolveArchive(OutputOf(parsed), "DELTA-OUT", Host),
            VerificationKeyPath = _verification.Read(parsed, Host),
            Baseline = parsed.GetValue(_baseline) is { } baseline
                ? CommonOptions.ResolveReference(baseline, Host)
                : null,
        };
        return Complete(spec is null ? request : request with
        {
            Baselines = Host.Runner.ReadSpec(spec, SpecFiles.ReadBaselines, Host.Interrupted),
            FilesInUse = [spec],
        }, parsed);
    }

    private IEnumerable<string> ArchivesOf(ParseResult parsed) =>
        [parsed.GetRequiredValue(_first), parsed.GetRequiredValue(_next), .. parsed.GetRequiredValue(_output)[..^1]];
}
