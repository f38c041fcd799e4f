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
