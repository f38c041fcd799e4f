using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Cli.Results;
using Diffah.Engine.Configuration;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;

namespace Diffah.Cli.Verbs;

/// <summary><c>diffah report</c>: writes a page, or release notes, of an archive or of two images.</summary>
internal sealed class ReportVerb : ImageVerb
{
    private readonly Argument<string> _source = CommonOptions.File(
        "SOURCE", "The delta archive, - is standard input; with --reference an image, as transport:location.");
    private readonly Argument<string> _output = CommonOptions.File(
        "REPORT-OUT", "The report to write, a name in .html or .md; - is standard output.");
    private readonly Option<ReportFormat?> _format = OptionFactory.Choice<ReportFormat>(
        "--format", "The language of the report [default: as the name of REPORT-OUT says].", null);
    private readonly Option<string?> _title = OptionFactory.Text(
        "--title", "TEXT", "The heading of the report [default: what it is of].");
    private readonly BaselineOptionSet _baselines = new(
        "The image that the delta was made from: what the delta changes of it is told, with packages and files.");
    private readonly Option<string?> _reference = OptionFactory.Text("--reference", ValuePlaceholders.Image,
        "Compare this image with SOURCE, which is an image then.");
    private readonly IgnoreOptionSet _ignore = new();
    private readonly Option<string[]> _exclude = new("--exclude-path")
    {
        HelpName = "GLOB",
        Description = "Pass over files at these paths, with globs; may be given again.",
    };
    private readonly Option<bool> _squash = OptionFactory.Flag(
        "--squash", "Compare the file systems that all layers make, whatever the layers are.");
    private readonly Option<bool> _content = OptionFactory.Flag(
        "--content", "Show the lines that differ of texts.");
    private readonly VerificationOptionSet _verification = new(
        "Public key that the archive must be signed with.", "--key");

    public ReportVerb(CommandLineHost host, GlobalOptions globals)
        : base(host, globals, "report",
            "Write a page to look at, or release notes, of a delta archive or of two images.", KnobUse.Report)
    {
        this.AddArguments(_source, _output);
        this.AddOptions(_format, _title);
        _verification.AddTo(this);
        _baselines.AddTo(this);
        this.AddOptions([_reference, .. ComparisonOptions]);
        this.AddOptions(KnobOptions.New(Knobs.Platform),
            KnobOptions.New(Knobs.WorkDirectory, "the system's temporary folder"),
            KnobOptions.New(Knobs.MaxLayerSize), KnobOptions.New(Knobs.Force));
    }

    public override string Example => """
        diffah report ./app-v1-v2.delta.tar ./app-v1-v2.html
        diffah report --baseline docker-archive:./app-v1.tar --title App-2.1 ./app.delta.tar ./notes.md
        diffah report --reference docker-archive:./app-v1.tar docker-archive:./app-v2.tar ./changes.html
        diffah report --format markdown ./app-v1-v2.delta.tar - | less
        """;

    private IEnumerable<Option> ComparisonOptions => [.. _ignore.Options, _exclude, _squash, _content];

    protected override IEnumerable<StreamedValue> Streamed(ParseResult parsed) =>
    [
        parsed.GetValue(_reference) is null ? StreamedValue.Archive(_source.Name, parsed.GetValue(_source))
            : StreamedValue.Image(_source.Name, parsed.GetValue(_source)),
        .. _baselines.Streamed(parsed),
        StreamedValue.Image(_reference.Name, parsed.GetValue(_reference)),
        StreamedValue.Archive(_output.Name, parsed.GetValue(_output), isOutput: true),
    ];

    protected override async Task<VerbResult> RunAsync(
        ParseResult parsed, TransportCatalog transports, EventSink events, CancellationToken cancellationToken)
    {
        var report = await Host.Runner.RunAsync(
            Map(parsed, events), new ExportReport(transports).RunAsync, events, cancellationToken);
        return new VerbResult(ReportJson.Of(report), output => ReportText.Write(output, report));
    }

    private ExportReportRequest Map(ParseResult parsed, EventSink events)
    {
        var knobs = KnobOptions.Read(parsed, Host);
        var reference = parsed.GetValue(_reference);
        return new()
        {
            Archive = reference is null ? MapArchive(parsed, knobs, events) : null,
            Comparison = reference is null ? null : MapComparison(parsed, reference, knobs),
            OutputPath = parsed.ReadArchive(_output, Host),
            Format = parsed.GetValue(_format),
            Title = parsed.GetValue(_title),
            Overwrite = knobs.Get(Knobs.Force),
            WorkDirectory = knobs.Get(Knobs.WorkDirectory),
            FilesInUse = Host.FilesInUse(),
        };
    }

    private ReadArchiveChangesRequest MapArchive(ParseResult parsed, KnobValues knobs, EventSink events)
    {
        if (ComparisonOptions.FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false }) is { } given)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"{given.Name} says how images are compared, and a delta archive is reported.",
                $"Give {_reference.Name} with the image to compare with, or leave {given.Name} out.");
        var archive = parsed.ReadArchive(_source, Host);
        _verification.CheckTransparency(parsed, archive, events);
        return new()
        {
            ArchivePath = archive,
            VerificationKeyPath = _verification.Read(parsed, Host),
            Baseline = _baselines.Only(parsed, Host),
            Baselines = _baselines.ByName(parsed, Host),
            AdditionalBaselines = _baselines.Additional(parsed, Host),
            Platform = ReadBaselinePlatform(parsed),
            WorkDirectory = knobs.Get(Knobs.WorkDirectory),
            MaxLayerSize = knobs.Get(Knobs.MaxLayerSize),
        };
    }

    private CompareImagesRequest MapComparison(ParseResult parsed, string reference, KnobValues knobs)
    {
        if ((_verification.Read(parsed, Host) is null ? _baselines.Given(parsed) : "--verify") is { } given)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"{given} is for a delta archive, and with {_reference.Name} two images are compared.",
                $"Leave {given} or {_reference.Name} out.");
        return new()
        {
            ReferenceImage = CommonOptions.ResolveReference(reference, Host),
            DifferenceImage = parsed.ReadReference(_source, Host),
            Platform = knobs.Get(Knobs.Platform),
            RequirePlatform = KnobOptions.Given(parsed, Host).Says(Knobs.Platform),
            Options = new()
            {
                Ignore = _ignore.Read(parsed),
                ExcludePaths = [.. parsed.GetValue(_exclude) ?? []],
                Squash = parsed.GetValue(_squash),
                IncludeContent = parsed.GetValue(_content),
            },
            WorkDirectory = knobs.Get(Knobs.WorkDirectory),
            MaxLayerSize = knobs.Get(Knobs.MaxLayerSize),
        };
    }
}
