using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Cli.Results;
using Diffah.Engine.Configuration;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;

namespace Diffah.Cli.Verbs;

/// <summary>
/// <c>diffah publish</c>: puts a delta archive into a registry, beside the image that it makes; or makes those that a
/// policy wants for the image.
/// </summary>
internal sealed class PublishVerb : ImageVerb
{
    private readonly Argument<string> _archive = CommonOptions.File(
        "DELTA", "The delta archive; left out with --policy.");
    private readonly Argument<string> _image = CommonOptions.Reference(
        "IMAGE", "The image that the delta makes, or its repository, as docker://HOST/REPOSITORY[:TAG].");
    private readonly VerificationOptionSet _verification = new(
        "Public key that the archive must be signed with.", "--key");
    private readonly PolicyOptionSet _policy;

    public PublishVerb(CommandLineHost host, GlobalOptions globals)
        : base(host, globals, "publish", "Put a delta into a registry, beside the image that it makes.",
            KnobUse.Publish)
    {
        _policy = new PolicyOptionSet(KnobOptions);
        _image.Arity = ArgumentArity.ZeroOrOne;
        this.AddArguments(_archive, _image);
        _verification.AddTo(this);
        _policy.AddTo(this);
        this.AddOptions(KnobOptions.New(Knobs.WorkDirectory, "the system's temporary folder"));
    }

    public override string Example => """
        diffah publish ./v1-v2.delta docker://registry.example/team/app:v2
        diffah publish ./v1-v2.delta docker://registry.example/team/app -o json
        diffah publish --policy recommended docker://registry.example/team/app:v5 --dry-run
        diffah publish --policy skip-list docker://registry.example/team/app:new --previous old --previous newer
        """;

    public override bool IsOptional(Argument argument) => false;

    public override IEnumerable<string> MissingArguments(ParseResult parsed) =>
        Names(parsed).Skip(Given(parsed).Length).Select(a => a.Name);

    protected override Task PrepareAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        _policy.PrepareAsync(parsed, Host, cancellationToken);

    protected override Task<VerbResult> RunAsync(
        ParseResult parsed, TransportCatalog transports, EventSink events, CancellationToken cancellationToken) =>
        _policy.IsGiven(parsed)
            ? RunPolicyAsync(parsed, transports, events, cancellationToken)
            : PublishAsync(parsed, transports, events, cancellationToken);

    private async Task<VerbResult> PublishAsync(
        ParseResult parsed, TransportCatalog transports, EventSink events, CancellationToken cancellationToken)
    {
        _policy.RequireNone(parsed);
        _verification.CheckTransparency(parsed, parsed.ReadPath(_archive, Host), events);
        var published = await Host.Runner.RunAsync(
            Map(parsed), new PublishDelta(transports).RunAsync, events, cancellationToken);
        return new VerbResult(PublishJson.Of(published), output => PublishText.Write(output, published));
    }

    private async Task<VerbResult> RunPolicyAsync(
        ParseResult parsed, TransportCatalog transports, EventSink events, CancellationToken cancellationToken)
    {
        if (Given(parsed) is not [var image])
            throw new DiffahException(DiffahErrors.InvalidArgument,
                "With --policy there is no DELTA, and the argument is IMAGE.", "Leave DELTA or --policy out.");
        if (_verification.Read(parsed, Host) is not null)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                "--verify and --policy are both given, and a policy's deltas are made, not verified.",
                "Sign them with --sign-key.");
        var request = _policy.Map(parsed, CommonOptions.ResolveReference(image, Host), Host);
        var operation = new PublishByPolicy(transports);
        if (_policy.IsDryRun(parsed))
        {
            var choice = await Host.Runner.RunAsync(request, operation.ChooseAsync, events, cancellationToken);
            return new VerbResult(PublishChoiceJson.Of(image, choice),
                output => PublishPolicyText.Write(output, image, choice));
        }
        var published = await Host.Runner.RunAsync(request, operation.RunAsync, events, cancellationToken);
        return new VerbResult(PublishPolicyJson.Of(published), output => PublishPolicyText.Write(output, published));
    }

    private Argument<string>[] Names(ParseResult parsed) =>
        _policy.IsGiven(parsed) ? [_image] : [_archive, _image];

    private string[] Given(ParseResult parsed) =>
        [.. new[] { _archive, _image }.SelectMany(a => parsed.GetResult(a)?.Tokens ?? []).Select(t => t.Value)];

    private PublishDeltaRequest Map(ParseResult parsed) => new()
    {
        ArchivePath = parsed.ReadPath(_archive, Host),
        Image = parsed.ReadReference(_image, Host),
        VerificationKeyPath = _verification.Read(parsed, Host),
        WorkDirectory = KnobOptions.Read(parsed, Host).Get(Knobs.WorkDirectory),
    };
}
