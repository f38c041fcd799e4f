using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Cli.Results;
using Diffah.Engine.Configuration;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;

namespace Diffah.Cli.Verbs;

/// <summary><c>diffah publish</c>: puts a delta archive into a registry, beside the image that it makes.</summary>
internal sealed class PublishVerb : ImageVerb
{
    private readonly Argument<string> _archive = CommonOptions.File("DELTA", "The delta archive.");
    private readonly Argument<string> _image = CommonOptions.Reference(
        "IMAGE", "The image that the delta makes, or its repository, as docker://HOST/REPOSITORY[:TAG].");
    private readonly VerificationOptionSet _verification = new(
        "Public key that the archive must be signed with.", "--key");

    public PublishVerb(CommandLineHost host, GlobalOptions globals)
        : base(host, globals, "publish", "Put a delta into a registry, beside the image that it makes.",
            KnobUse.Publish)
    {
        this.AddArguments(_archive, _image);
        _verification.AddTo(this);
        this.AddOptions(KnobOptions.New(Knobs.WorkDirectory, "the system's temporary folder"));
    }

    public override string Example => """
        diffah publish ./v1-v2.delta docker://registry.example/team/app:v2
        diffah publish ./v1-v2.delta docker://registry.example/team/app -o json
        """;

    protected override async Task<VerbResult> RunAsync(
        ParseResult parsed, TransportCatalog transports, EventSink events, CancellationToken cancellationToken)
    {
        _verification.CheckTransparency(parsed, parsed.ReadPath(_archive, Host), events);
        var published = await Host.Runner.RunAsync(
            Map(parsed), new PublishDelta(transports).RunAsync, events, cancellationToken);
        return new VerbResult(PublishJson.Of(published), output => PublishText.Write(output, published));
    }

    private PublishDeltaRequest Map(ParseResult parsed) => new()
    {
        ArchivePath = parsed.ReadPath(_archive, Host),
        Image = parsed.ReadReference(_image, Host),
        VerificationKeyPath = _verification.Read(parsed, Host),
        WorkDirectory = KnobOptions.Read(parsed, Host).Get(Knobs.WorkDirectory),
    };
}
