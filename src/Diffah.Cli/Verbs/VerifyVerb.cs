using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Cli.Results;
using Diffah.Engine.Configuration;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;

namespace Diffah.Cli.Verbs;

/// <summary><c>diffah verify</c>: checks an archive as far as it can be checked with what is there.</summary>
internal sealed class VerifyVerb : ImageVerb
{
    private readonly Argument<string> _archive = CommonOptions.File(
        "ARCHIVE", "The delta archive; - is standard input.");
    private readonly VerificationOptionSet _verification = new(
        "Public key that the archive must be signed with.", "--key");
    private readonly BaselineOptionSet _baselines = new(
        "The image that the delta was made from: the target is rebuilt, and written nowhere.");
    private readonly Option<bool> _require = OptionFactory.Flag(
        "--require-baseline", "Fail unless every image of the archive could be rebuilt.");

    public VerifyVerb(CommandLineHost host, GlobalOptions globals)
        : base(host, globals, "verify",
            "Check a delta archive: that it is whole, signed, and gives the images it promises.", KnobUse.Verify)
    {
        Add(_archive);
        _verification.AddTo(this);
        _baselines.AddTo(this);
        this.AddOptions(_require, KnobOptions.New(Knobs.Platform),
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
        [StreamedValue.Archive(_archive.Name, parsed.GetValue(_archive)), .. _baselines.Streamed(parsed)];

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
        var knobs = KnobOptions.Read(parsed, Host);
        return new()
        {
            ArchivePath = parsed.ReadArchive(_archive, Host),
            VerificationKeyPath = _verification.Read(parsed, Host),
            Baseline = _baselines.Only(parsed, Host),
            Baselines = _baselines.ByName(parsed, Host),
            AdditionalBaselines = _baselines.Additional(parsed, Host),
            RequireBaseline = parsed.GetValue(_require),
            Platform = ReadBaselinePlatform(parsed),
            WorkDirectory = knobs.Get(Knobs.WorkDirectory),
            MaxLayerSize = knobs.Get(Knobs.MaxLayerSize),
        };
    }
}
