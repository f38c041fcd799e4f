using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Json;
using Diffah.Cli.Options;
using Diffah.Cli.Rendering;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;

namespace Diffah.Cli.Verbs;

/// <summary><c>diffah unbundle</c>: rebuilds the images of a bundle.</summary>
internal sealed class UnbundleVerb : ImageVerb
{
    private readonly Argument<string> _delta = CommonOptions.File("DELTA", "The delta archive.");
    private readonly Argument<string> _baselines = CommonOptions.File("BASELINE-SPEC", """The images that the deltas were made from, as JSON: {"baselines":{name:reference}}.""");
    private readonly Argument<string> _outputs = CommonOptions.File("OUTPUT-SPEC", """Where the images go, as JSON: {"outputs":{name:reference}}. Relative paths start from the file's folder.""");
    private readonly Option<string[]> _names = new("--name") { HelpName = "NAME", Description = "Restore this image only; may be given again for others." };
    private readonly Option<bool> _strict = OptionFactory.Flag("--strict", "Write nothing unless every image can be restored; without it what can be restored is.");
    private readonly RestoreOptions _options = new("the images");

    public UnbundleVerb(CommandLineHost host, GlobalOptions globals)
        : base(host, globals, "unbundle", "Rebuild the images of a bundle from the images it was made from.")
    {
        Add(_delta);
        Add(_baselines);
        Add(_outputs);
        Add(_strict);
        Add(_names);
        _options.AddTo(this);
    }

    public override string Example => """
        diffah unbundle ./bundle.tar ./baselines.json ./outputs.json
        diffah unbundle --dry-run ./bundle.tar ./baselines.json ./outputs.json
        diffah unbundle --strict --verify ./signing.pub ./bundle.tar ./baselines.json ./outputs.json
        diffah unbundle --name svc-a --name svc-b ./bundle.tar ./baselines.json ./outputs.json
        """;

    protected override async Task<VerbResult> RunAsync(ParseResult parsed, IOperations operations, EventSink events, CancellationToken cancellationToken)
    {
        var request = Map(parsed, operations);
        var name = parsed.GetRequiredValue(_delta);
        if (_options.IsDryRun(parsed))
        {
            var plan = await operations.PlanRestoreBundleAsync(request, events, cancellationToken);
            return new VerbResult(ApplyPlanJson.Of(plan, name), output => ApplyText.WritePlan(output, plan, name));
        }
        var archive = await operations.InspectArchiveAsync(request.ArchivePath, events, cancellationToken);
        var images = await operations.RestoreBundleAsync(request, events, cancellationToken);
        return new VerbResult(UnbundleJson.Of(archive, name, images), output => UnbundleText.Write(output, images));
    }

    private RestoreBundleRequest Map(ParseResult parsed, IOperations operations) => _options.Complete(
        new RestoreBundleRequest
        {
            ArchivePath = parsed.ReadPath(_delta, Host),
            Baselines = operations.ReadBaselineSpec(parsed.ReadPath(_baselines, Host)),
            Destinations = operations.ReadOutputSpec(parsed.ReadPath(_outputs, Host)),
            Names = [.. parsed.GetValue(_names) ?? []],
            Strict = parsed.GetValue(_strict),
        },
        parsed, Host);
}
