using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Cli.Results;
using Diffah.Engine.Configuration;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;

namespace Diffah.Cli.Verbs;

/// <summary><c>diffah copy</c>: copies an image from any transport to any other, digest for digest.</summary>
internal sealed class CopyVerb : ImageVerb
{
    private readonly Argument<string> _source = CommonOptions.Reference(
        "SOURCE", "The image to copy, as transport:location.");
    private readonly Argument<string> _destination = CommonOptions.Reference(
        "DESTINATION", "Where it goes, as transport:location.");
    private readonly Option<bool> _all = OptionFactory.Flag(
        "--all", "Copy an index whole, with the images of all its platforms.", "-a");
    private readonly Option<bool> _referrers = OptionFactory.Flag(
        "--include-referrers", "Copy what refers to the image too: signatures, SBOMs and attestations.");
    private readonly Option<bool> _convert = CommonOptions.AllowConvert();
    private readonly Option<string?> _baseline = OptionFactory.Text("--baseline", "REFERENCE",
        "An earlier image that is there: of SOURCE only what differs is fetched, by published deltas where they are.");
    private readonly Option<string?> _resume = CommonOptions.ResumeDirectory();

    public CopyVerb(CommandLineHost host, GlobalOptions globals)
        : base(host, globals, "copy", "Copy an image from one place to another, with all its digests.", KnobUse.Copy)
    {
        this.AddArguments(_source, _destination);
        this.AddOptions(_all, _referrers, _baseline, _resume, KnobOptions.New(Knobs.Platform), _convert,
            KnobOptions.New(Knobs.WorkDirectory, "beside DESTINATION"), KnobOptions.New(Knobs.MaxLayerSize),
            KnobOptions.New(Knobs.Force));
    }

    public override string Example => """
        diffah copy docker://registry.example/team/app:v1 oci:./layout:v1
        diffah copy --all oci-archive:./app.tar docker://registry.example/team/app:v2
        diffah copy --baseline oci:./layout:v1 docker://registry.example/team/app:v2 oci:./layout:v2
        diffah copy --allow-convert docker-archive:./app.tar oci:./layout:v1
        diffah copy --tls-verify=false --creds me:secret dir:./app docker://localhost:5000/app:v1
        """;

    protected override IEnumerable<StreamedValue> Streamed(ParseResult parsed) =>
    [
        StreamedValue.Image(_source.Name, parsed.GetValue(_source)),
        StreamedValue.Image(_baseline.Name, parsed.GetValue(_baseline)),
        StreamedValue.Image(_destination.Name, parsed.GetValue(_destination), isOutput: true),
    ];

    protected override async Task<VerbResult> RunAsync(
        ParseResult parsed, TransportCatalog transports, EventSink events, CancellationToken cancellationToken)
    {
        var request = Map(parsed);
        var image = parsed.GetValue(_baseline) is not null
            ? await Host.Runner.RunAsync(
                MapPull(parsed, request), new PullImage(transports).CopyAsync, events, cancellationToken)
            : await Host.Runner.RunAsync(request, new CopyImage(transports).RunAsync, events, cancellationToken);
        return new VerbResult(CopyJson.Of(image), (output, elapsed) => CopyText.Write(output, image, elapsed));
    }

    private PullImageRequest MapPull(ParseResult parsed, CopyImageRequest copy) => PullImageRequest.Of(
        copy, CommonOptions.ResolveReference(parsed.GetValue(_baseline)!, Host)) with
    {
        ResumeDirectory = parsed.ReadResumeDirectory(_resume, Host),
    };

    private CopyImageRequest Map(ParseResult parsed)
    {
        var (all, isAsked) = (parsed.GetValue(_all), KnobOptions.Given(parsed, Host).Says(Knobs.Platform));
        if (all && isAsked)
            throw new DiffahException(
                DiffahErrors.InvalidArgument, "--all and --platform contradict each other.", "Leave one of them out.");
        if (parsed.GetValue(_resume) is not null && parsed.GetValue(_baseline) is null)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"{_resume.Name} is for a copy with {_baseline.Name}.", $"Give {_baseline.Name} too.");
        var knobs = KnobOptions.Read(parsed, Host);
        return new()
        {
            Source = parsed.ReadReference(_source, Host),
            Destination = parsed.ReadReference(_destination, Host),
            Platform = knobs.Get(Knobs.Platform),
            RequirePlatform = isAsked,
            All = all,
            IncludeReferrers = parsed.GetValue(_referrers),
            AllowConvert = parsed.GetValue(_convert),
            Overwrite = knobs.Get(Knobs.Force),
            WorkDirectory = knobs.Get(Knobs.WorkDirectory),
            MaxLayerSize = knobs.Get(Knobs.MaxLayerSize),
            FilesInUse = Host.FilesInUse(),
        };
    }
}
