using System.Collections.Immutable;
using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Cli.Results;
using Diffah.Engine.Configuration;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images.Comparison;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;

namespace Diffah.Cli.Verbs;

/// <summary><c>diffah compare</c>: tells in what two images differ.</summary>
internal sealed class CompareVerb : ImageVerb
{
    private readonly Argument<string> _reference = CommonOptions.Reference(
        "REFERENCE", "The image to compare with, as transport:location.");
    private readonly Argument<string> _difference = CommonOptions.Reference(
        "DIFFERENCE", "The image to compare, as transport:location.");
    private readonly IgnoreOptionSet _ignore = new();
    private readonly Option<string[]> _exclude = new("--exclude-path")
    {
        HelpName = "GLOB",
        Description = "Pass over files at these paths: * and ? stay within a folder, ** crosses folders, and a folder "
            + "stands for all that is in it; may be given again.",
    };
    private readonly Option<bool> _squash = OptionFactory.Flag(
        "--squash", "Compare the file systems that all layers make, whatever the layers are.");
    private readonly Option<bool> _all = OptionFactory.Flag(
        "--all-platforms", "Compare the images of all platforms of two indexes.", "-a", "--all");
    private readonly Option<bool> _content = OptionFactory.Flag(
        "--content", "Show the lines that differ of texts, as a unified diff.");
    private readonly Option<bool> _packages = OptionFactory.Flag(
        "--packages", "Show the packages that were added, removed or changed.");
    private readonly Option<string?> _report = OptionFactory.Text("--report-dir", ValuePlaceholders.Folder,
        "Write the files that differ into this folder, of both images, with report.json; it is made, or empty.");

    public CompareVerb(CommandLineHost host, GlobalOptions globals)
        : base(host, globals, "compare",
            $"Compare two images: manifests, configurations and files; exit {ExitCodes.Different} where they differ.",
            KnobUse.Compare)
    {
        this.AddArguments(_reference, _difference);
        this.AddOptions(_ignore.Options);
        this.AddOptions(_exclude, _squash, _content, _packages, _report, _all, KnobOptions.New(Knobs.Platform),
            KnobOptions.New(Knobs.WorkDirectory, "the system's temporary folder"),
            KnobOptions.New(Knobs.MaxLayerSize));
    }

    public override string Example => """
        diffah compare docker-archive:./app-v1.tar docker-archive:./app-v2.tar
        diffah compare --semantic --report-dir ./differ oci:./built:v1 docker://registry.example/team/app:v1
        diffah compare --squash --packages oci:./layout:v1 oci:./layout:v2
        diffah compare --ignore timestamp,file-order --exclude-path 'var/log/**' oci:./a oci:./b -o json
        """;

    protected override IEnumerable<StreamedValue> Streamed(ParseResult parsed) =>
    [
        StreamedValue.Image(_reference.Name, parsed.GetValue(_reference)),
        StreamedValue.Image(_difference.Name, parsed.GetValue(_difference)),
    ];

    protected override async Task<VerbResult> RunAsync(
        ParseResult parsed, TransportCatalog transports, EventSink events, CancellationToken cancellationToken)
    {
        var settings = ReadSettings(parsed);
        var silent = settings is { Format: OutputFormat.Text, Level: > LogLevel.Info };
        var compared = await Host.Runner.RunAsync(Map(parsed, silent),
            (request, sink, token) => CompareAsync(transports, request, sink, token), events, cancellationToken);
        return new VerbResult(CompareJson.Of(compared), output =>
        {
            if (!silent)
                CompareText.Write(output, compared);
        }, compared.Summary.IsEqual ? ExitCodes.Done : ExitCodes.Different);
    }

    private static async Task<ComparedPair> CompareAsync(
        TransportCatalog transports, CompareImagesRequest request, EventSink events,
        CancellationToken cancellationToken)
    {
        var differences = ImmutableArray.CreateBuilder<ImageDifference>();
        var summary = await new CompareImages(transports).RunAsync(
            request, differences.Add, events, cancellationToken);
        return new ComparedPair(summary, differences.DrainToImmutable());
    }

    private CompareImagesRequest Map(ParseResult parsed, bool silent)
    {
        var (all, isAsked) = (parsed.GetValue(_all), KnobOptions.Given(parsed, Host).Says(Knobs.Platform));
        if (all && isAsked)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                "--all-platforms and --platform contradict each other.", "Leave one of them out.");
        var knobs = KnobOptions.Read(parsed, Host);
        var report = parsed.ReadPath(_report, Host);
        return new()
        {
            ReferenceImage = parsed.ReadReference(_reference, Host),
            DifferenceImage = parsed.ReadReference(_difference, Host),
            Platform = knobs.Get(Knobs.Platform),
            RequirePlatform = isAsked,
            AllPlatforms = all,
            Options = new()
            {
                Ignore = _ignore.Read(parsed),
                ExcludePaths = [.. parsed.GetValue(_exclude) ?? []],
                Squash = parsed.GetValue(_squash),
                IncludeContent = parsed.GetValue(_content) && !silent,
                // Who sees nothing of it but the exit code need not wait for the rest.
                StopAtFirst = silent && report is null,
            },
            IncludePackages = parsed.GetValue(_packages) && !silent,
            ReportDirectory = report,
            WorkDirectory = knobs.Get(Knobs.WorkDirectory),
            MaxLayerSize = knobs.Get(Knobs.MaxLayerSize),
        };
    }
}
