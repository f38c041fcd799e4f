using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Cli.Results;
using Diffah.Engine.Configuration;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;

namespace Diffah.Cli.Verbs;

/// <summary><c>diffah inspect</c>: shows what a delta archive says of itself, and what it changes.</summary>
internal sealed class InspectVerb : ImageVerb
{
    private readonly Argument<string> _archive = CommonOptions.File(
        "ARCHIVE", "The delta archive; - is standard input.");

    private readonly Option<bool> _files = OptionFactory.Flag(
        "--files", "List the changed files of each layer and what they take, the costliest first.");

    private readonly Option<bool> _changes = OptionFactory.Flag("--changes",
        "Show what the images change of their baselines: files that are added, removed or changed. Needs --baseline "
            + "or --baseline-spec; nothing is restored.");

    private readonly Option<bool> _packages = OptionFactory.Flag(
        "--packages", "With --changes: show the packages that are added, removed or changed, too.");

    private readonly Option<bool> _content = OptionFactory.Flag(
        "--content", "With --changes: show the lines that differ of texts, as a unified diff.");

    private readonly VerificationOptionSet _verification = new(
        "Public key that the archive must be signed with.", "--key");

    private readonly BaselineOptionSet _baselines = new(
        "With --changes: the image that the delta was made from.");

    public InspectVerb(CommandLineHost host, GlobalOptions globals)
        : base(host, globals, "inspect", "Show what is in a delta archive, what it spares, and what it changes.",
            KnobUse.Verify)
    {
        Add(_archive);
        this.AddOptions(_files, _changes, _packages, _content);
        _baselines.AddTo(this);
        _verification.AddTo(this);
        this.AddOptions(KnobOptions.New(Knobs.Platform),
            KnobOptions.New(Knobs.WorkDirectory, "the system's temporary folder"),
            KnobOptions.New(Knobs.MaxLayerSize));
    }

    public override string Example => """
        diffah inspect ./app-v1-v2.delta.tar
        diffah inspect ./app-v1-v2.delta.tar --files
        diffah inspect ./app-v1-v2.delta.tar -o json | jq .data.savings
        diffah inspect ./app-v1-v2.delta.tar --baseline docker-archive:./app-v1.tar --changes --packages
        """;

    protected override IEnumerable<StreamedValue> Streamed(ParseResult parsed) =>
        [StreamedValue.Archive(_archive.Name, parsed.GetValue(_archive)), .. _baselines.Streamed(parsed)];

    protected override async Task<VerbResult> RunAsync(
        ParseResult parsed, TransportCatalog transports, EventSink events, CancellationToken cancellationToken)
    {
        RequireWhole(parsed);
        var file = parsed.ReadArchive(_archive, Host);
        _verification.CheckTransparency(parsed, file, events);
        var archive = parsed.GetValue(_changes)
            ? await Host.Runner.RunAsync(
                Map(parsed, file), new ReadArchiveChanges(transports).RunAsync, events, cancellationToken)
            : await InspectAsync(file, _verification.Read(parsed, Host), events, cancellationToken);
        var name = parsed.GetRequiredValue(_archive);
        var withFiles = parsed.GetValue(_files);
        return new VerbResult(
            InspectJson.Of(archive, name, withFiles), output => InspectText.Write(output, archive, name, withFiles));
    }

    private Task<DeltaArchive> InspectAsync(
        string file, string? key, EventSink events, CancellationToken cancellationToken) =>
        Host.Runner.RunAsync(file,
            (path, sink, token) => InspectArchive.RunAsync(path, key, Host.NewStreams(), sink, token), events,
            cancellationToken);

    /// <summary>Refuses what would have no effect.</summary>
    /// <exception cref="DiffahException">InvalidArgument.</exception>
    private void RequireWhole(ParseResult parsed)
    {
        var (changes, baseline) = (parsed.GetValue(_changes), _baselines.Given(parsed));
        if (changes && baseline is null)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                "--changes is given, and no baseline that the archive would change.",
                "Give the image that the delta was made from with --baseline, or those of a bundle with "
                    + "--baseline-spec.");
        var idle = changes ? null
            : baseline ?? new[] { _packages, _content }.FirstOrDefault(o => parsed.GetValue(o))?.Name;
        if (idle is not null)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"{idle} is given without --changes.", $"Give --changes, too, or leave {idle} out.");
    }

    private ReadArchiveChangesRequest Map(ParseResult parsed, string file)
    {
        var knobs = KnobOptions.Read(parsed, Host);
        var request = new ReadArchiveChangesRequest
        {
            ArchivePath = file,
            VerificationKeyPath = _verification.Read(parsed, Host),
            Baseline = _baselines.Only(parsed, Host),
            Baselines = _baselines.ByName(parsed, Host),
            AdditionalBaselines = _baselines.Additional(parsed, Host),
            Platform = ReadBaselinePlatform(parsed),
            IncludePackages = parsed.GetValue(_packages),
            WorkDirectory = knobs.Get(Knobs.WorkDirectory),
            MaxLayerSize = knobs.Get(Knobs.MaxLayerSize),
        };
        return request with { Options = request.Options with { IncludeContent = parsed.GetValue(_content) } };
    }
}
