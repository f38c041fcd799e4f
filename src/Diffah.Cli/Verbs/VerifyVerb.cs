using System.Collections.Immutable;
using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Cli.Results;
using Diffah.Engine.Configuration;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Operations.Specs;
using Diffah.Engine.Transports;

namespace Diffah.Cli.Verbs;

/// <summary><c>diffah verify</c>: checks an archive as far as it can be checked with what is there.</summary>
internal sealed class VerifyVerb : ImageVerb
{
    private readonly Argument<string> _archive = CommonOptions.File(
        "ARCHIVE", "The delta archive; - is standard input.");
    private readonly VerificationOptionSet _verification = new(
        "Public key that the archive must be signed with.", "--key");
    private readonly Option<string?> _baseline = OptionFactory.Text("--baseline", ValuePlaceholders.Image,
        "The image that the delta was made from: the target is rebuilt, and written nowhere.");
    private readonly Option<string?> _baselineSpec = OptionFactory.Text("--baseline-spec", ValuePlaceholders.File,
        """The same for a bundle, as JSON: {"baselines":{name:reference}}.""");
    private readonly Option<string[]> _additional = CommonOptions.AdditionalBaselines();
    private readonly Option<bool> _require = OptionFactory.Flag(
        "--require-baseline", "Fail unless every image of the archive could be rebuilt.");

    public VerifyVerb(CommandLineHost host, GlobalOptions globals)
        : base(host, globals, "verify",
            "Check a delta archive: that it is whole, signed, and gives the images it promises.", KnobUse.Verify)
    {
        Add(_archive);
        _verification.AddTo(this);
        this.AddOptions(_baseline, _baselineSpec, _additional, _require, KnobOptions.New(Knobs.Platform),
            KnobOptions.New(Knobs.WorkDirectory, "the system's temporary folder"),
            KnobOptions.New(Knobs.MaxLayerSize));
    }

    public override string Example => """
        diffah verify ./app.delta.tar
        diffah verify --verify ./signing.pub ./app.delta.tar
        diffah verify --baseline docker-archive:./app-v1.tar ./app.delta.tar
        diffah verify --baseline-spec ./baselines.json --require-baseline ./bundle.tar -o json
        """;

    protected override IEnumerable<StreamedValue> Streamed(ParseResult parsed) =>
    [
        StreamedValue.Archive(_archive.Name, parsed.GetValue(_archive)),
        StreamedValue.Image(_baseline.Name, parsed.GetValue(_baseline)),
        .. (parsed.GetValue(_additional) ?? []).Select(value => StreamedValue.Image(_additional.Name, value)),
    ];

    protected override async Task<VerbResult> RunAsync(
        ParseResult parsed, TransportCatalog transports, EventSink events, CancellationToken cancellationToken)
    {
        _verification.CheckTransparency(parsed, parsed.ReadArchive(_archive, Host), events);
        var verification = await Host.Runner.RunAsync(
            Map(parsed), new VerifyArchive(transports).RunAsync, events, cancellationToken);
        var name = parsed.GetRequiredValue(_archive);
        return new VerbResult(VerifyJson.Of(verification, name), output => VerifyText.Write(output, verification, name),
            ExitCodeOf(verification));
    }

    // What is wrong with an archive is wrong content, unless the finding says otherwise.
    private static int ExitCodeOf(ArchiveVerification verification) =>
        verification.Findings.FirstOrDefault(f => f.Status == FindingStatus.Fail) is { } failed
            ? (failed.Error is { } error
                ? DiffahErrors.All.Single(row => row.Code == error.Id)
                : DiffahErrors.ArchiveInvalid).ExitCode
            : ExitCodes.Done;

    private VerifyArchiveRequest Map(ParseResult parsed)
    {
        if (parsed.GetValue(_baseline) is not null && parsed.GetValue(_baselineSpec) is not null)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                "--baseline and --baseline-spec contradict each other.", "Leave one of them out.");
        return new()
        {
            ArchivePath = parsed.ReadArchive(_archive, Host),
            VerificationKeyPath = _verification.Read(parsed, Host),
            Baseline =
                parsed.GetValue(_baseline) is { } baseline ? CommonOptions.ResolveReference(baseline, Host) : null,
            Baselines = parsed.ReadPath(_baselineSpec, Host) is { } spec
                ? Host.Runner.ReadSpec(spec, SpecFiles.ReadBaselines, Host.Interrupted)
                : ImmutableSortedDictionary<string, ImageReference>.Empty,
            AdditionalBaselines = parsed.ReadReferences(_additional, Host),
            RequireBaseline = parsed.GetValue(_require),
            Platform = ReadBaselinePlatform(parsed),
            WorkDirectory = KnobOptions.Read(parsed, Host).Get(Knobs.WorkDirectory),
            MaxLayerSize = KnobOptions.Read(parsed, Host).Get(Knobs.MaxLayerSize),
        };
    }
}
