using System.Collections.Immutable;
using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Cli.Results;
using Diffah.Engine.Configuration;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Engine.Operations.Specs;
using Diffah.Engine.Signing;
using Diffah.Engine.Transports;

namespace Diffah.Cli.Verbs;

/// <summary>A verb that writes a delta archive, of one image or of many.</summary>
internal abstract class ProducerVerb : ImageVerb
{
    private readonly Option<ArchiveCompression?> _compression = OptionFactory.Choice<ArchiveCompression>(
        "--compress", "How the archive is compressed as a whole.", ArchiveCompression.None);
    private readonly Option<SizeLimit?> _maximumSize = OptionFactory.Of<SizeLimit?>(
        "--max-size", "SIZE|PERCENT%", "The most that the archive may take: bytes (200MB, 1GiB), or per cent of the "
            + "images (5%). A larger one is not written, and what costs most is named.",
        $"it must be {SizeLimit.Rule}", SizeLimit.TryParse);
    private readonly Option<long?> _volumeSize = OptionFactory.Of<long?>(
        "--volume-size", "SIZE", "Split the archive into files of this size (4GB, 650MiB): the path with .001, .002 "
            + "and so on. A list of their checksums lies beside them.",
        "it must be a size in bytes, such as 4GB or 650MiB", TryReadSize);
    private readonly SigningOptionSet _signing = new();
    private readonly Option<bool> _dryRun = CommonOptions.DryRun();
    private readonly string _outputName;
    private SigningKeySource? _signingKey;

    /// <param name="host">The host.</param>
    /// <param name="globals">The options of every verb.</param>
    /// <param name="name">The verb.</param>
    /// <param name="description">What it does.</param>
    /// <param name="output">Name of the argument that says where the archive goes.</param>
    protected ProducerVerb(CommandLineHost host, GlobalOptions globals, string name, string description, string output)
        : base(host, globals, name, description, KnobUse.Produce)
    {
        _outputName = output;
        this.AddOptions(KnobOptions.NewAllBut(Knobs.WorkDirectory, Knobs.Force));
        this.AddOptions(_compression, _maximumSize, _volumeSize);
        _signing.AddTo(this);
        this.AddOptions(
            KnobOptions.New(Knobs.WorkDirectory, $"beside {output}"), _dryRun, KnobOptions.New(Knobs.Force));
    }

    protected sealed override async Task PrepareAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        _signingKey = await _signing.ReadAsync(parsed, Host, cancellationToken);

    protected sealed override async Task<VerbResult> RunAsync(
        ParseResult parsed, TransportCatalog transports, EventSink events, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_dryRun))
        {
            var plan = await PlanAsync(parsed, transports, events, cancellationToken);
            return new VerbResult(DiffPlanJson.Of(plan), output => DiffPlanText.Write(output, plan));
        }
        var archive = await CreateAsync(parsed, transports, events, cancellationToken);
        var name = OutputOf(parsed) + (parsed.GetValue(_volumeSize) is null ? "" : ".001");
        return new VerbResult(
            InspectJson.Of(archive, name, withFiles: false),
            (output, elapsed) => DiffText.Write(output, archive, name, elapsed));
    }

    protected override IEnumerable<StreamedValue> Streamed(ParseResult parsed) =>
        parsed.GetValue(_dryRun) ? [] : [StreamedValue.Archive(_outputName, OutputOf(parsed), isOutput: true)];

    /// <summary>Where the archive goes, as the user wrote it.</summary>
    protected abstract string OutputOf(ParseResult parsed);

    protected abstract Task<DeltaArchive> CreateAsync(
        ParseResult parsed, TransportCatalog transports, EventSink events, CancellationToken cancellationToken);

    protected abstract Task<DeltaPlan> PlanAsync(
        ParseResult parsed, TransportCatalog transports, EventSink events, CancellationToken cancellationToken);

    private static bool TryReadSize(string text, out long? size)
    {
        var isSize = ByteSize.TryParse(text, out var bytes);
        size = bytes;
        return isSize;
    }

    /// <summary>The request with what the options of every producer say.</summary>
    protected T Complete<T>(T request, ParseResult parsed)
        where T : CreateArchiveRequest
    {
        var knobs = KnobOptions.Read(parsed, Host);
        var encoding =
            knobs.ToEncodingOptions() with { RequirePlatform = KnobOptions.Given(parsed, Host).Says(Knobs.Platform) };
        encoding.Validate();
        return (T)((CreateArchiveRequest)request with
        {
            Encoding = encoding,
            Compression = parsed.GetValue(_compression) ?? ArchiveCompression.None,
            MaximumSize = parsed.GetValue(_maximumSize),
            VolumeSize = parsed.GetValue(_volumeSize),
            SigningKey = _signingKey,
            Overwrite = knobs.Get(Knobs.Force),
            WorkDirectory = knobs.Get(Knobs.WorkDirectory),
            CreatedAt = Host.SourceDate(),
            FilesInUse = Host.FilesInUse(request.FilesInUse),
        });
    }
}

/// <summary><c>diffah diff</c>: makes a delta archive for one image.</summary>
internal sealed class DiffVerb : ProducerVerb
{
    private readonly DiffArguments _arguments = new();

    public DiffVerb(CommandLineHost host, GlobalOptions globals)
        : base(host, globals, "diff", "Write an archive of what changed from one image to another.", "DELTA-OUT") =>
        _arguments.AddTo(this);

    public override string Example => """
        diffah diff docker-archive:./app-v1.tar docker-archive:./app-v2.tar ./app-v1-v2.delta.tar
        diffah diff --dry-run oci:./layout:v1 oci:./layout:v2 /dev/null
        diffah diff docker://far.example/app:v1 docker://far.example/app:v2 ./app.delta.tar
        diffah diff docker-archive:./app-v1.tar docker-archive:- ./app.delta.tar < ./app-v2.tar
        diffah diff --platform linux/arm64 --zstd-level 12 oci-archive:v1.tar oci-archive:v2.tar out.delta.tar
        diffah diff --all-platforms --include-referrers oci:./layout:v1 oci:./layout:v2 ./app.delta.tar
        diffah diff --sign-key ./signing.key oci:./layout:v1 oci:./layout:v2 ./app.delta.tar
        diffah diff --or-baseline oci:./layout:v1 oci:./layout:v2 oci:./layout:v3 ./app.delta.tar
        diffah diff --baseline-manifest ./app-v1.manifest.json oci:./layout:v2 ./app.delta.tar
        diffah diff --dockerfile ./Dockerfile --build-arg VERSION=3.20 oci-archive:./app.tar ./app.delta.tar
        """;

    public override bool IsOptional(Argument argument) => false;

    public override IEnumerable<string> MissingArguments(ParseResult parsed) => _arguments.Missing(parsed);

    protected override IEnumerable<StreamedValue> Streamed(ParseResult parsed) =>
    [
        StreamedValue.Image("BASELINE", _arguments.Baseline(parsed)),
        .. _arguments.OtherBaselines(parsed).Select(b => StreamedValue.Image("BASELINE", b)),
        StreamedValue.Image("TARGET", _arguments.Target(parsed)),
        .. base.Streamed(parsed),
    ];

    protected override string OutputOf(ParseResult parsed) => _arguments.Output(parsed);

    protected override Task<DeltaArchive> CreateAsync(
        ParseResult parsed, TransportCatalog transports, EventSink events, CancellationToken cancellationToken) =>
        Host.Runner.RunAsync(Map(parsed), new CreateDelta(transports).RunAsync, events, cancellationToken);

    protected override Task<DeltaPlan> PlanAsync(
        ParseResult parsed, TransportCatalog transports, EventSink events, CancellationToken cancellationToken) =>
        Host.Runner.RunAsync(Map(parsed), new CreateDelta(transports).PlanAsync, events, cancellationToken);

    private CreateDeltaRequest Map(ParseResult parsed) => Complete(
        new CreateDeltaRequest
        {
            Baseline =
                _arguments.Baseline(parsed) is { } baseline ? CommonOptions.ResolveReference(baseline, Host) : null,
            OtherBaselines = _arguments.ReadOtherBaselines(parsed, Host),
            NeedsAllBaselines = _arguments.NeedsAllBaselines(parsed),
            BaselineManifestPath = parsed.ReadPath(_arguments.BaselineManifest, Host),
            DockerfilePath = parsed.ReadPath(_arguments.Dockerfile, Host),
            BuildArguments = _arguments.BuildArguments(parsed, Host),
            IsBaselineFromImage = parsed.GetValue(_arguments.BaselineFromImage),
            AllPlatforms = parsed.GetValue(_arguments.AllPlatforms),
            IncludeReferrers = parsed.GetValue(_arguments.IncludeReferrers),
            Target = CommonOptions.ResolveReference(_arguments.Target(parsed), Host),
            OutputPath = CommonOptions.ResolveArchive(_arguments.Output(parsed), "DELTA-OUT", Host),
        },
        parsed);
}

/// <summary><c>diffah bundle</c>: makes one delta archive for many images.</summary>
internal sealed class BundleVerb : ProducerVerb
{
    private readonly Argument<string> _spec = CommonOptions.File(
        "SPEC",
        """The images, as JSON: {"pairs":[{"name","baseline","target"}]}. """
        + "Relative paths in it start from its folder.");
    private readonly Argument<string> _output = CommonOptions.File(
        "OUT", "The delta archive to write; - is standard output.");

    private readonly Option<string?> _since = OptionFactory.Text("--since", "FILE",
        "The inventory that a site has exported: what it has is left out, and SPEC needs no baselines.");
    private readonly Option<string[]> _sources = new("--baseline-source")
    {
        HelpName = ValuePlaceholders.Image,
        Description = "An image here that the site may have, to make patches from; may be given again. With --since.",
    };

    public BundleVerb(CommandLineHost host, GlobalOptions globals)
        : base(host, globals, "bundle",
            "Write one archive of what changed in many images; what they share travels once.", "OUT")
    {
        this.AddArguments(_spec, _output);
        this.AddOptions(_since, _sources);
    }

    public override string Example => """
        diffah bundle ./bundle.json ./bundle.tar
        diffah bundle --dry-run ./bundle.json /dev/null
        diffah bundle --since ./site.json --volume-size 4GB ./images.json ./site.tar
        diffah bundle --compress zstd --sign-key ./signing.key ./bundle.json ./bundle.tar.zst
        """;

    protected override string OutputOf(ParseResult parsed) => parsed.GetRequiredValue(_output);

    protected override Task<DeltaArchive> CreateAsync(
        ParseResult parsed, TransportCatalog transports, EventSink events, CancellationToken cancellationToken) =>
        Host.Runner.RunAsync(Map(parsed), new CreateBundle(transports).RunAsync, events, cancellationToken);

    protected override Task<DeltaPlan> PlanAsync(
        ParseResult parsed, TransportCatalog transports, EventSink events, CancellationToken cancellationToken) =>
        Host.Runner.RunAsync(Map(parsed), new CreateBundle(transports).PlanAsync, events, cancellationToken);

    private CreateBundleRequest Map(ParseResult parsed)
    {
        Func<string, CancellationToken, ImmutableArray<DeltaPair>> read =
            parsed.GetValue(_since) is null ? SpecFiles.ReadBundle : SpecFiles.ReadTargets;
        return Complete(new CreateBundleRequest
        {
            Pairs = Host.Runner.ReadSpec(parsed.ReadPath(_spec, Host), read, Host.Interrupted),
            SincePath = parsed.ReadPath(_since, Host),
            BaselineSources = parsed.ReadReferences(_sources, Host),
            OutputPath = parsed.ReadArchive(_output, Host),
            FilesInUse = [parsed.ReadPath(_spec, Host)],
        }, parsed);
    }
}
