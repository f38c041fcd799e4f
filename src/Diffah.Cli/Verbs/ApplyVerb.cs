using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Cli.Results;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;

namespace Diffah.Cli.Verbs;

/// <summary><c>diffah apply</c>: rebuilds one image from a delta archive and its baseline.</summary>
internal sealed class ApplyVerb : RestoreVerb
{
    private readonly Argument<string> _baseline = CommonOptions.Reference("BASELINE", "The image that the delta was made from, as transport:location.");
    private readonly Argument<string> _target = CommonOptions.Reference("TARGET", "Where the rebuilt image goes, as transport:location.");
    private readonly Option<string?> _name = OptionFactory.Text("--name", "NAME", "Which image of a bundle is meant.");

    public ApplyVerb(CommandLineHost host, GlobalOptions globals)
        : base(host, globals, "apply", "Rebuild an image from a delta archive and the image it was made from.", "TARGET")
    {
        this.AddArguments(_baseline, _target);
        Add(_name);
    }

    public override string Example => """
        diffah apply ./app-v1-v2.delta.tar docker-archive:./app-v1.tar docker-archive:./app-v2.tar
        diffah apply --dry-run ./app-v1-v2.delta.tar oci:./layout:v1 oci:./layout:v2
        diffah apply ./app.delta.tar docker://near.example/app:v1 docker://near.example/app:v2
        diffah apply --verify ./signing.pub ./app.delta.tar oci:./layout:v1 oci:./layout:v2
        diffah apply --name svc-a ./bundle.tar oci:./svc-a:v1 oci:./svc-a:v2
        """;

    protected override async Task<VerbResult> RestoreAsync(ParseResult parsed, string archive, IOperations operations, EventSink events, CancellationToken cancellationToken)
    {
        var image = await operations.RestoreImageAsync(Map(parsed), events, cancellationToken);
        return new VerbResult(ApplyJson.Of(image, archive), (output, elapsed) => ApplyText.Write(output, image, elapsed));
    }

    protected override Task<RestorePlan> PlanAsync(ParseResult parsed, IOperations operations, EventSink events, CancellationToken cancellationToken) =>
        operations.PlanRestoreAsync(Map(parsed), events, cancellationToken);

    private RestoreImageRequest Map(ParseResult parsed) => Complete(
        new RestoreImageRequest
        {
            ArchivePath = ReadArchive(parsed),
            Baseline = parsed.ReadReference(_baseline, Host),
            Destination = parsed.ReadReference(_target, Host),
            ImageName = parsed.GetValue(_name),
        },
        parsed);
}
