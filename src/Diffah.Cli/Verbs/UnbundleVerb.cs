using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Cli.Results;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;

namespace Diffah.Cli.Verbs;

/// <summary><c>diffah unbundle</c>: rebuilds the images of a bundle.</summary>
internal sealed class UnbundleVerb : RestoreVerb
{
    private readonly Argument<string> _baselines = CommonOptions.File("BASELINE-SPEC", """The images that the deltas were made from, as JSON: {"baselines":{name:reference}}.""");
    private readonly Argument<string> _outputs = CommonOptions.File("OUTPUT-SPEC", """Where the images go, as JSON: {"outputs":{name:reference}}. Relative paths start from the file's folder.""");
    private readonly Option<string[]> _names = new("--name") { HelpName = "NAME", Description = "Restore this image only; may be given again for others." };
    private readonly Option<bool> _strict = OptionFactory.Flag("--strict", "Write nothing unless every image can be restored; without it what can be restored is.");

    public UnbundleVerb(CommandLineHost host, GlobalOptions globals)
        : base(host, globals, "unbundle", "Rebuild the images of a bundle from the images it was made from.", "the images")
    {
        this.AddArguments(_baselines, _outputs);
        this.AddOptions(_strict, _names);
    }

    public override string Example => """
        diffah unbundle ./bundle.tar ./baselines.json ./outputs.json
        diffah unbundle --dry-run ./bundle.tar ./baselines.json ./outputs.json
        diffah unbundle --strict --verify ./signing.pub ./bundle.tar ./baselines.json ./outputs.json
        diffah unbundle --name svc-a --name svc-b ./bundle.tar ./baselines.json ./outputs.json
        """;

    protected override async Task<VerbResult> RestoreAsync(ParseResult parsed, string archive, IOperations operations, EventSink events, CancellationToken cancellationToken)
    {
        var bundle = await operations.RestoreBundleAsync(Map(parsed, operations), events, cancellationToken);
        return new VerbResult(UnbundleJson.Of(bundle, archive), (output, elapsed) => UnbundleText.Write(output, bundle, elapsed));
    }

    protected override Task<RestorePlan> PlanAsync(ParseResult parsed, IOperations operations, EventSink events, CancellationToken cancellationToken) =>
        operations.PlanRestoreBundleAsync(Map(parsed, operations), events, cancellationToken);

    private RestoreBundleRequest Map(ParseResult parsed, IOperations operations) => Complete(
        new RestoreBundleRequest
        {
            ArchivePath = ReadArchive(parsed),
            Baselines = operations.ReadBaselineSpec(parsed.ReadPath(_baselines, Host)),
            Destinations = operations.ReadOutputSpec(parsed.ReadPath(_outputs, Host)),
            Names = [.. parsed.GetValue(_names) ?? []],
            Strict = parsed.GetValue(_strict),
            FilesInUse = [parsed.ReadPath(_baselines, Host), parsed.ReadPath(_outputs, Host)],
        },
        parsed);
}
