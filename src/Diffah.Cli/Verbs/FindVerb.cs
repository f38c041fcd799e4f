using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Cli.Results;
using Diffah.Engine.Configuration;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;

namespace Diffah.Cli.Verbs;

/// <summary><c>diffah find</c>: lists the deltas that are published beside an image.</summary>
internal sealed class FindVerb : ImageVerb
{
    private readonly Argument<string> _image = CommonOptions.Reference(
        "IMAGE", "The image that the deltas make, as docker://HOST/REPOSITORY:TAG.");
    private readonly Option<string[]> _baselines = new("--baseline")
    {
        HelpName = ValuePlaceholders.Image,
        Description = "An image that is there: only deltas for it are listed, the smallest first. May be given again.",
    };
    private readonly VerificationOptionSet _verification = new(
        "Public key: only deltas that it signed are listed.", "--key");

    public FindVerb(CommandLineHost host, GlobalOptions globals)
        : base(host, globals, "find", "List the deltas that are published beside an image.", KnobUse.Find)
    {
        Add(_image);
        Add(_baselines);
        _verification.AddTo(this);
        this.AddOptions(KnobOptions.New(Knobs.Platform),
            KnobOptions.New(Knobs.WorkDirectory, "the system's temporary folder"),
            KnobOptions.New(Knobs.MaxLayerSize));
    }

    public override string Example => """
        diffah find docker://registry.example/team/app:v2
        diffah find docker://registry.example/team/app:v2 --baseline docker-daemon:app:v1
        diffah find docker://registry.example/team/app:v2 --verify ./signing.pub -o json
        """;

    protected override IEnumerable<StreamedValue> Streamed(ParseResult parsed) =>
        [.. (parsed.GetValue(_baselines) ?? []).Select(b => StreamedValue.Image(_baselines.Name, b))];

    protected override async Task<VerbResult> RunAsync(
        ParseResult parsed, TransportCatalog transports, EventSink events, CancellationToken cancellationToken)
    {
        var request = Map(parsed);
        var found = await Host.Runner.RunAsync(request, new FindDeltas(transports).RunAsync, events, cancellationToken);
        var image = request.Image.ToString();
        return new VerbResult(
            FindJson.Of(image, found), output => FindText.Write(output, image, found, !request.Baselines.IsEmpty));
    }

    private FindDeltasRequest Map(ParseResult parsed)
    {
        var knobs = KnobOptions.Read(parsed, Host);
        return new()
        {
            Image = parsed.ReadReference(_image, Host),
            Baselines = parsed.ReadReferences(_baselines, Host),
            VerificationKeyPath = _verification.Read(parsed, Host),
            Platform = knobs.Get(Knobs.Platform),
            WorkDirectory = knobs.Get(Knobs.WorkDirectory),
            MaxLayerSize = knobs.Get(Knobs.MaxLayerSize),
        };
    }
}
