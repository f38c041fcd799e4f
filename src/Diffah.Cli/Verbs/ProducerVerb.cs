using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Json;
using Diffah.Cli.Options;
using Diffah.Cli.Rendering;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Engine.Signing;

namespace Diffah.Cli.Verbs;

/// <summary>A verb that writes a delta archive, of one image or of many.</summary>
internal abstract class ProducerVerb : ImageVerb
{
    private readonly EncodingOptionSet _encoding = new();
    private readonly Option<ArchiveCompression?> _compression = OptionFactory.Choice<ArchiveCompression>("--compress", "How the archive is compressed as a whole.", ArchiveCompression.None);
    private readonly SigningOptionSet _signing = new();
    private readonly Option<string?> _workDirectory;
    private readonly Option<bool> _dryRun = CommonOptions.DryRun();
    private readonly Option<bool> _force = CommonOptions.ForceByDefault("a file");
    private SigningKeySource? _signingKey;

    /// <param name="host">The host.</param>
    /// <param name="globals">The options of every verb.</param>
    /// <param name="name">The verb.</param>
    /// <param name="description">What it does.</param>
    /// <param name="output">Name of the argument that says where the archive goes.</param>
    protected ProducerVerb(CommandLineHost host, GlobalOptions globals, string name, string description, string output)
        : base(host, globals, name, description)
    {
        _encoding.AddTo(this);
        Add(_compression);
        _signing.AddTo(this);
        this.AddOptions(_workDirectory = CommonOptions.WorkDirectory($"beside {output}"), _dryRun, _force);
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
        where T : CreateArchiveRequest => (T)((CreateArchiveRequest)request with
        {
            Encoding = _encoding.Read(parsed, Host),
            Compression = parsed.GetValue(_compression) ?? ArchiveCompression.None,
            SigningKey = _signingKey,
            Overwrite = parsed.ReadForce(_force, Host),
            WorkDirectory = parsed.ReadWorkDirectory(_workDirectory, Host),
            CreatedAt = Host.SourceDate(),
            FilesInUse = Host.FilesInUse(request.FilesInUse),
        });
}
