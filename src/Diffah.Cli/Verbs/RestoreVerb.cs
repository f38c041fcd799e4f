using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Cli.Results;
using Diffah.Engine.Configuration;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;

namespace Diffah.Cli.Verbs;

/// <summary>A verb that rebuilds images from a delta archive, one or many.</summary>
internal abstract class RestoreVerb : ImageVerb
{
    private readonly Argument<string> _delta = CommonOptions.File("DELTA", "The delta archive.");
    private readonly VerificationOptionSet _verification = new("Public key that the archive must be signed with; nothing is written otherwise.");
    private readonly Option<bool> _convert = CommonOptions.AllowConvert();
    private readonly Option<bool> _dryRun = CommonOptions.DryRun();

    /// <param name="host">The host.</param>
    /// <param name="globals">The options of every verb.</param>
    /// <param name="name">The verb.</param>
    /// <param name="description">What it does.</param>
    /// <param name="destination">What is spooled beside.</param>
    protected RestoreVerb(CommandLineHost host, GlobalOptions globals, string name, string description, string destination)
        : base(host, globals, name, description, KnobUse.Restore)
    {
        Add(_delta);
        _verification.AddTo(this);
        this.AddOptions(_convert);
        this.AddOptions(KnobOptions.NewAllBut(Knobs.WorkDirectory, Knobs.Force));
        this.AddOptions(KnobOptions.New(Knobs.WorkDirectory, $"beside {destination}"), _dryRun, KnobOptions.New(Knobs.Force));
    }

    protected sealed override async Task<VerbResult> RunAsync(ParseResult parsed, IOperations operations, EventSink events, CancellationToken cancellationToken)
    {
        var name = parsed.GetRequiredValue(_delta);
        _verification.CheckTransparency(parsed, ReadArchive(parsed), events);
        if (!parsed.GetValue(_dryRun))
            return await RestoreAsync(parsed, name, operations, events, cancellationToken);
        var plan = await PlanAsync(parsed, operations, events, cancellationToken);
        return new VerbResult(ApplyPlanJson.Of(plan, name), output => ApplyText.WritePlan(output, plan, name));
    }

    /// <param name="parsed">The line.</param>
    /// <param name="archive">The archive, as the user wrote it.</param>
    /// <param name="operations">The engine.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    protected abstract Task<VerbResult> RestoreAsync(ParseResult parsed, string archive, IOperations operations, EventSink events, CancellationToken cancellationToken);

    protected abstract Task<RestorePlan> PlanAsync(ParseResult parsed, IOperations operations, EventSink events, CancellationToken cancellationToken);

    /// <summary>The absolute path of the archive.</summary>
    /// <exception cref="DiffahException">InvalidArgument: no path at all.</exception>
    protected string ReadArchive(ParseResult parsed) => parsed.ReadPath(_delta, Host);

    /// <summary>The request with what the options of every such verb say.</summary>
    /// <exception cref="DiffahException">SigningReserved, InvalidArgument.</exception>
    protected T Complete<T>(T request, ParseResult parsed)
        where T : RestoreRequest
    {
        var knobs = KnobOptions.Read(parsed, Host);
        return (T)((RestoreRequest)request with
        {
            VerificationKeyPath = _verification.Read(parsed, Host),
            Platform = ReadBaselinePlatform(parsed),
            AllowConvert = parsed.GetValue(_convert),
            Overwrite = knobs.Get(Knobs.Force),
            WorkDirectory = knobs.Get(Knobs.WorkDirectory),
            Workers = knobs.Find(Knobs.Workers),
            MemoryBudget = knobs.Get(Knobs.MemoryBudget),
            FilesInUse = Host.FilesInUse(request.FilesInUse),
        });
    }
}
