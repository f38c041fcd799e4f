using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Json;
using Diffah.Cli.Options;
using Diffah.Cli.Rendering;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;

namespace Diffah.Cli.Verbs;

/// <summary><c>diffah diff</c>: makes a delta archive for one image.</summary>
internal sealed class DiffVerb : ImageVerb
{
    private readonly Argument<string> _baseline = CommonOptions.Reference("BASELINE", "The image that the other side has, as transport:location.");
    private readonly Argument<string> _target = CommonOptions.Reference("TARGET", "The image that the other side is to get, as transport:location.");
    private readonly Argument<string> _output = CommonOptions.File("DELTA-OUT", "The delta archive to write.");
    private readonly EncodingOptionSet _encoding = new();
    private readonly Option<string?> _workDirectory = CommonOptions.WorkDirectory("beside DELTA-OUT");
    private readonly Option<bool> _dryRun = CommonOptions.DryRun();
    private readonly Option<bool> _force = CommonOptions.Force("a file");

    public DiffVerb(CommandLineHost host, GlobalOptions globals)
        : base(host, globals, "diff", "Write an archive of what changed from one image to another.")
    {
        Add(_baseline);
        Add(_target);
        Add(_output);
        _encoding.AddTo(this);
        Add(_workDirectory);
        Add(_dryRun);
        Add(_force);
    }

    public override string Example => """
        diffah diff docker-archive:./app-v1.tar docker-archive:./app-v2.tar ./app-v1-v2.delta.tar
        diffah diff --dry-run oci:./layout:v1 oci:./layout:v2 /dev/null
        diffah diff docker://far.example/app:v1 docker://far.example/app:v2 ./app.delta.tar
        diffah diff --platform linux/arm64 --zstd-level 12 oci-archive:v1.tar oci-archive:v2.tar out.delta.tar
        """;

    protected override async Task<VerbResult> RunAsync(ParseResult parsed, IOperations operations, EventSink events, CancellationToken cancellationToken)
    {
        var request = Map(parsed);
        if (parsed.GetValue(_dryRun))
        {
            var plan = await operations.PlanDeltaAsync(request, events, cancellationToken);
            return new VerbResult(DiffPlanJson.Of(plan), output => DiffPlanText.Write(output, plan));
        }
        var archive = await operations.CreateDeltaAsync(request, events, cancellationToken);
        var name = parsed.GetRequiredValue(_output);
        return new VerbResult(InspectJson.Of(archive, name), output => DiffText.Write(output, archive, name));
    }

    private CreateDeltaRequest Map(ParseResult parsed) => new()
    {
        Baseline = parsed.ReadReference(_baseline, Host),
        Target = parsed.ReadReference(_target, Host),
        OutputPath = parsed.ReadPath(_output, Host),
        Encoding = _encoding.Read(parsed, Host),
        Overwrite = parsed.GetValue(_force),
        WorkDirectory = parsed.ReadWorkDirectory(_workDirectory, Host),
        CreatedAt = HostEnvironment.SourceDate,
    };
}
