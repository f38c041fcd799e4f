using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;

namespace Diffah.Cli.Verbs;

/// <summary><c>diffah bundle</c>: makes one delta archive for many images.</summary>
internal sealed class BundleVerb : ProducerVerb
{
    private readonly Argument<string> _spec = CommonOptions.File("SPEC", """The images, as JSON: {"pairs":[{"name","baseline","target"}]}. Relative paths in it start from its folder.""");
    private readonly Argument<string> _output = CommonOptions.File("OUT", "The delta archive to write.");

    public BundleVerb(CommandLineHost host, GlobalOptions globals)
        : base(host, globals, "bundle", "Write one archive of what changed in many images; what they share travels once.", "OUT") => this.AddArguments(_spec, _output);

    public override string Example => """
        diffah bundle ./bundle.json ./bundle.tar
        diffah bundle --dry-run ./bundle.json /dev/null
        diffah bundle --compress zstd --sign-key ./signing.key ./bundle.json ./bundle.tar.zst
        """;

    protected override string OutputOf(ParseResult parsed) => parsed.GetRequiredValue(_output);

    protected override Task<DeltaArchive> CreateAsync(ParseResult parsed, IOperations operations, EventSink events, CancellationToken cancellationToken) =>
        operations.CreateBundleAsync(Map(parsed, operations), events, cancellationToken);

    protected override Task<DeltaPlan> PlanAsync(ParseResult parsed, IOperations operations, EventSink events, CancellationToken cancellationToken) =>
        operations.PlanBundleAsync(Map(parsed, operations), events, cancellationToken);

    private CreateBundleRequest Map(ParseResult parsed, IOperations operations) => Complete(
        new CreateBundleRequest
        {
            Pairs = operations.ReadBundleSpec(parsed.ReadPath(_spec, Host)),
            OutputPath = parsed.ReadPath(_output, Host),
            FilesInUse = [parsed.ReadPath(_spec, Host)],
        },
        parsed);
}
