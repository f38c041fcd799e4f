using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Cli.Results;
using Diffah.Engine.Configuration;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Engine.Signing;

namespace Diffah.Cli.Verbs;

/// <summary>A verb that writes a delta archive, of one image or of many.</summary>
internal abstract class ProducerVerb : ImageVerb
{
    private readonly Option<ArchiveCompression?> _compression = OptionFactory.Choice<ArchiveCompression>("--compress", "How the archive is compressed as a whole.", ArchiveCompression.None);
    private readonly SigningOptionSet _signing = new();
    private readonly Option<bool> _dryRun = CommonOptions.DryRun();
    private SigningKeySource? _signingKey;

    /// <param name="host">The host.</param>
    /// <param name="globals">The options of every verb.</param>
    /// <param name="name">The verb.</param>
    /// <param name="description">What it does.</param>
    /// <param name="output">Name of the argument that says where the archive goes.</param>
    protected ProducerVerb(CommandLineHost host, GlobalOptions globals, string name, string description, string output)
        : base(host, globals, name, description, KnobUse.Produce)
    {
        this.AddOptions(KnobOptions.NewAllBut(Knobs.WorkDirectory, Knobs.Force));
        Add(_compression);
        _signing.AddTo(this);
        this.AddOptions(KnobOptions.New(Knobs.WorkDirectory, $"beside {output}"), _dryRun, KnobOptions.New(Knobs.Force));
    }

    protected sealed override async Task PrepareAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        _signingKey = await _signing.ReadAsync(parsed, Host, cancellationToken);

    protected sealed override async Task<VerbResult> RunAsync(ParseResult parsed, IOperations operations, EventSink events, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_dryRun))
        {
            var plan = await PlanAsync(parsed, operations, events, cancellationToken);
            return new VerbResult(DiffPlanJson.Of(plan), output => DiffPlanText.Write(output, plan));
        }
        var archive = await CreateAsync(parsed, operations, events, cancellationToken);
        var name = OutputOf(parsed);
        return new VerbResult(InspectJson.Of(archive, name), (output, elapsed) => DiffText.Write(output, archive, name, elapsed));
    }

    /// <summary>Where the archive goes, as the user wrote it.</summary>
    protected abstract string OutputOf(ParseResult parsed);

    protected abstract Task<DeltaArchive> CreateAsync(ParseResult parsed, IOperations operations, EventSink events, CancellationToken cancellationToken);

    protected abstract Task<DeltaPlan> PlanAsync(ParseResult parsed, IOperations operations, EventSink events, CancellationToken cancellationToken);

    /// <summary>The request with what the options of every producer say.</summary>
    protected T Complete<T>(T request, ParseResult parsed)
        where T : CreateArchiveRequest
    {
        var knobs = KnobOptions.Read(parsed, Host);
        var encoding = knobs.ToEncodingOptions() with { RequirePlatform = KnobOptions.Given(parsed, Host).Says(Knobs.Platform) };
        encoding.Validate();
        return (T)((CreateArchiveRequest)request with
        {
            Encoding = encoding,
            Compression = parsed.GetValue(_compression) ?? ArchiveCompression.None,
            SigningKey = _signingKey,
            Overwrite = knobs.Get(Knobs.Force),
            WorkDirectory = knobs.Get(Knobs.WorkDirectory),
            CreatedAt = Host.SourceDate(),
            FilesInUse = Host.FilesInUse(request.FilesInUse),
        });
    }
}
