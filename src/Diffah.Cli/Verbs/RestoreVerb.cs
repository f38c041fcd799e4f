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

/// <summary>A verb that rebuilds images from a delta archive, one or many.</summary>
internal abstract class RestoreVerb : ImageVerb
{
    private readonly Argument<string> _delta = CommonOptions.File("DELTA", "The delta archive; - is standard input.");
    private readonly Option<string[]> _next = new("--next")
    {
        HelpName = ValuePlaceholders.File,
        Description = "A delta archive that continues from the image that the one before it makes; may be given again "
            + "for a longer chain. Images in between are not written.",
    };
    private readonly VerificationOptionSet _verification =
        new("Public key that the archive must be signed with; nothing is written otherwise.");
    private readonly Option<string[]> _additional = CommonOptions.AdditionalBaselines();
    private readonly Option<bool> _convert = CommonOptions.AllowConvert();
    private readonly Option<bool> _dryRun = CommonOptions.DryRun();

    /// <param name="host">The host.</param>
    /// <param name="globals">The options of every verb.</param>
    /// <param name="name">The verb.</param>
    /// <param name="description">What it does.</param>
    /// <param name="destination">What is spooled beside.</param>
    protected RestoreVerb(
        CommandLineHost host, GlobalOptions globals, string name, string description, string destination)
        : base(host, globals, name, description, KnobUse.Restore)
    {
        Add(_delta);
        Add(_next);
        _verification.AddTo(this);
        this.AddOptions(_additional, _convert);
        this.AddOptions(KnobOptions.NewAllBut(Knobs.WorkDirectory, Knobs.Force));
        this.AddOptions(
            KnobOptions.New(Knobs.WorkDirectory, $"beside {destination}"), _dryRun, KnobOptions.New(Knobs.Force));
    }

    protected sealed override async Task<VerbResult> RunAsync(
        ParseResult parsed, TransportCatalog transports, EventSink events, CancellationToken cancellationToken)
    {
        if (PullImageRequest.FindImage(parsed.GetRequiredValue(_delta)) is { } image)
        {
            if (parsed.GetValue(_next) is { Length: > 0 })
                throw new DiffahException(DiffahErrors.InvalidArgument,
                    $"'{image}' is an image of a registry, and {_next.Name} continues a delta archive.",
                    "Leave the archives out: published deltas of the image are found by themselves.");
            return await RunByNameAsync(parsed, image, transports, events, cancellationToken);
        }
        var (name, chain) = (Chain(parsed)[^1], ReadChain(parsed));
        foreach (var archive in chain)
            _verification.CheckTransparency(parsed, archive, events);
        if (!IsDryRun(parsed))
            return await RestoreAsync(parsed, name, transports, events, cancellationToken);
        var plan = await PlanAsync(parsed, transports, events, cancellationToken);
        return new VerbResult(ApplyPlanJson.Of(plan, NameOf), output => ApplyText.WritePlan(output, plan, NameOf));

        string NameOf(string path) => Array.IndexOf(chain, path) is var at and >= 0 ? Chain(parsed)[at] : name;
    }

    /// <summary>Restores an image by the name that it has in a registry.</summary>
    /// <exception cref="DiffahException">InvalidArgument: the verb takes archives alone.</exception>
    protected virtual Task<VerbResult> RunByNameAsync(
        ParseResult parsed, ImageReference image, TransportCatalog transports, EventSink events,
        CancellationToken cancellationToken) => throw new DiffahException(DiffahErrors.InvalidArgument,
            $"'{image}' is an image of a registry, and {Name} takes a delta archive.",
            "Name an archive, or restore the image with Restore-DiffahImage (diffah apply).");

    /// <param name="parsed">The line.</param>
    /// <param name="archive">The archive, as the user wrote it.</param>
    /// <param name="transports">Where images come from and go to.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    protected abstract Task<VerbResult> RestoreAsync(
        ParseResult parsed, string archive, TransportCatalog transports, EventSink events,
        CancellationToken cancellationToken);

    protected abstract Task<RestorePlan> PlanAsync(
        ParseResult parsed, TransportCatalog transports, EventSink events, CancellationToken cancellationToken);

    /// <summary>The absolute path of the last archive, or <c>-</c>.</summary>
    /// <exception cref="DiffahException">InvalidArgument: no path at all.</exception>
    protected string ReadArchive(ParseResult parsed) => ReadChain(parsed)[^1];

    /// <summary>The absolute paths of the archives before the last.</summary>
    /// <exception cref="DiffahException">InvalidArgument: no path at all.</exception>
    protected ImmutableArray<string> ReadPreceding(ParseResult parsed) => [.. ReadChain(parsed)[..^1]];

    private string[] Chain(ParseResult parsed) =>
        [parsed.GetRequiredValue(_delta), .. parsed.GetValue(_next) ?? []];

    private string[] ReadChain(ParseResult parsed) =>
        [.. Chain(parsed).Select(
            (path, i) => CommonOptions.ResolveArchive(path, i == 0 ? _delta.Name : _next.Name, Host))];

    protected override IEnumerable<StreamedValue> Streamed(ParseResult parsed) =>
    [
        StreamedValue.Archive(_delta.Name, parsed.GetValue(_delta)),
        .. (parsed.GetValue(_next) ?? []).Select(value => StreamedValue.Archive(_next.Name, value)),
        .. (parsed.GetValue(_additional) ?? []).Select(value => StreamedValue.Image(_additional.Name, value)),
    ];

    /// <summary>Whether nothing is to be written.</summary>
    protected bool IsDryRun(ParseResult parsed) => parsed.GetValue(_dryRun);

    /// <summary>The request with what the options of every such verb say.</summary>
    /// <exception cref="DiffahException">SigningReserved, InvalidArgument.</exception>
    protected T Complete<T>(T request, ParseResult parsed)
        where T : RestoreRequest
    {
        var knobs = KnobOptions.Read(parsed, Host);
        return (T)((RestoreRequest)request with
        {
            VerificationKeyPath = _verification.Read(parsed, Host),
            AdditionalBaselines = parsed.ReadReferences(_additional, Host),
            Platform = ReadBaselinePlatform(parsed),
            AllowConvert = parsed.GetValue(_convert),
            Overwrite = knobs.Get(Knobs.Force),
            WorkDirectory = knobs.Get(Knobs.WorkDirectory),
            Workers = knobs.Find(Knobs.Workers),
            MemoryBudget = knobs.Get(Knobs.MemoryBudget),
            MaxLayerSize = knobs.Get(Knobs.MaxLayerSize),
            FilesInUse = Host.FilesInUse(request.FilesInUse),
        });
    }
}

/// <summary><c>diffah apply</c>: rebuilds one image from a delta archive and its baseline.</summary>
internal sealed class ApplyVerb : RestoreVerb
{
    private readonly Argument<string> _baseline = CommonOptions.Reference(
        "BASELINE", "The image that the delta was made from, as transport:location.");
    private readonly Argument<string> _target = CommonOptions.Reference(
        "TARGET", "Where the rebuilt image goes, as transport:location.");
    private readonly Option<string?> _name = OptionFactory.Text("--name", "NAME", "Which image of a bundle is meant.");
    private readonly Option<string?> _resume = CommonOptions.ResumeDirectory();

    public ApplyVerb(CommandLineHost host, GlobalOptions globals)
        : base(
            host, globals, "apply", "Rebuild an image from a delta archive and the image it was made from.", "TARGET")
    {
        this.AddArguments(_baseline, _target);
        this.AddOptions(_name, _resume);
    }

    public override string Example => """
        diffah apply ./app-v1-v2.delta.tar docker-archive:./app-v1.tar docker-archive:./app-v2.tar
        diffah apply --dry-run ./app-v1-v2.delta.tar oci:./layout:v1 oci:./layout:v2
        diffah apply ./app.delta.tar docker://near.example/app:v1 docker://near.example/app:v2
        diffah apply --verify ./signing.pub ./app.delta.tar oci:./layout:v1 oci:./layout:v2
        diffah apply --additional-baseline oci:./layout:base ./app.delta.tar oci:./layout:v1 oci:./layout:v2
        diffah apply ./app-v1-v2.delta.tar oci:./layout:v1 oci:./layout:v3 --next ./app-v2-v3.delta.tar
        diffah apply - docker-archive:./app-v1.tar docker-archive:- < ./app.delta.tar | docker load
        diffah apply --name svc-a ./bundle.tar oci:./svc-a:v1 oci:./svc-a:v2
        diffah apply docker://registry.example/team/app:v2 oci:./layout:v1 oci:./layout:v2
        """;

    protected override IEnumerable<StreamedValue> Streamed(ParseResult parsed) =>
    [
        .. base.Streamed(parsed),
        StreamedValue.Image(_baseline.Name, parsed.GetValue(_baseline)),
        StreamedValue.Image(_target.Name, IsDryRun(parsed) ? null : parsed.GetValue(_target), isOutput: true),
    ];

    protected override async Task<VerbResult> RestoreAsync(
        ParseResult parsed, string archive, TransportCatalog transports, EventSink events,
        CancellationToken cancellationToken)
    {
        var image = await Host.Runner.RunAsync(
            Map(parsed), new RestoreImage(transports).RunAsync, events, cancellationToken);
        return new VerbResult(
            ApplyJson.Of(image, archive), (output, elapsed) => ApplyText.Write(output, image, elapsed));
    }

    protected override Task<RestorePlan> PlanAsync(
        ParseResult parsed, TransportCatalog transports, EventSink events, CancellationToken cancellationToken) =>
        Host.Runner.RunAsync(Map(parsed), new RestoreImage(transports).PlanAsync, events, cancellationToken);

    protected override async Task<VerbResult> RunByNameAsync(
        ParseResult parsed, ImageReference image, TransportCatalog transports, EventSink events,
        CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_name) is not null)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"{_name.Name} picks an image of a bundle, and '{image}' is an image.", $"Leave {_name.Name} out.");
        var request = PullImageRequest.Of(image, Map(parsed, image.ToString())) with
        {
            ResumeDirectory = parsed.ReadResumeDirectory(_resume, Host),
        };
        var operation = new PullImage(transports);
        if (IsDryRun(parsed))
        {
            var plan = await Host.Runner.RunAsync(request, operation.PlanAsync, events, cancellationToken);
            return new VerbResult(PullPlanJson.Of(plan), output => PullText.WritePlan(output, plan));
        }
        var restored = await Host.Runner.RunAsync(request, operation.RestoreAsync, events, cancellationToken);
        return new VerbResult(
            ApplyJson.Of(restored, image.ToString()), (output, elapsed) => ApplyText.Write(output, restored, elapsed));
    }

    private RestoreImageRequest Map(ParseResult parsed)
    {
        if (parsed.GetValue(_resume) is not null)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"{_resume.Name} keeps what is fetched of a registry, and a delta archive was given.",
                $"Leave {_resume.Name} out, or name the image in place of the archive.");
        return Map(parsed, ReadArchive(parsed)) with { PrecedingArchivePaths = ReadPreceding(parsed) };
    }

    private RestoreImageRequest Map(ParseResult parsed, string archive) => Complete(
        new RestoreImageRequest
        {
            ArchivePath = archive,
            Baseline = parsed.ReadReference(_baseline, Host),
            Destination = parsed.ReadReference(_target, Host),
            ImageName = parsed.GetValue(_name),
        },
        parsed);
}

/// <summary><c>diffah unbundle</c>: rebuilds the images of a bundle.</summary>
internal sealed class UnbundleVerb : RestoreVerb
{
    private readonly Argument<string> _baselines = CommonOptions.File(
        "BASELINE-SPEC", """The images that the deltas were made from, as JSON: {"baselines":{name:reference}}.""");
    private readonly Argument<string> _outputs = CommonOptions.File("OUTPUT-SPEC",
        """Where the images go, as JSON: {"outputs":{name:reference}}. Relative paths start from the file's folder.""");
    private readonly Option<string[]> _names =
        new("--name") { HelpName = "NAME", Description = "Restore this image only; may be given again for others." };
    private readonly Option<bool> _strict = OptionFactory.Flag(
        "--strict", "Write nothing unless every image can be restored; without it what can be restored is.");

    public UnbundleVerb(CommandLineHost host, GlobalOptions globals)
        : base(
            host, globals, "unbundle", "Rebuild the images of a bundle from the images it was made from.", "the images")
    {
        this.AddArguments(_baselines, _outputs);
        this.AddOptions(_strict, _names);
    }

    public override string Example => """
        diffah unbundle ./bundle.tar ./baselines.json ./outputs.json
        diffah unbundle --dry-run ./bundle.tar ./baselines.json ./outputs.json
        diffah unbundle --strict --verify ./signing.pub ./bundle.tar ./baselines.json ./outputs.json
        diffah unbundle --name svc-a --name svc-b ./bundle.tar ./baselines.json ./outputs.json
        """;

    protected override async Task<VerbResult> RestoreAsync(
        ParseResult parsed, string archive, TransportCatalog transports, EventSink events,
        CancellationToken cancellationToken)
    {
        var bundle = await Host.Runner.RunAsync(
            Map(parsed), new RestoreBundle(transports).RunAsync, events, cancellationToken);
        return new VerbResult(
            UnbundleJson.Of(bundle, archive), (output, elapsed) => UnbundleText.Write(output, bundle, elapsed));
    }

    protected override Task<RestorePlan> PlanAsync(
        ParseResult parsed, TransportCatalog transports, EventSink events, CancellationToken cancellationToken) =>
        Host.Runner.RunAsync(Map(parsed), new RestoreBundle(transports).PlanAsync, events, cancellationToken);

    private RestoreBundleRequest Map(ParseResult parsed) => Complete(
        new RestoreBundleRequest
        {
            ArchivePath = ReadArchive(parsed),
            PrecedingArchivePaths = ReadPreceding(parsed),
            Baselines = Host.Runner.ReadSpec(
                parsed.ReadPath(_baselines, Host), SpecFiles.ReadBaselines, Host.Interrupted),
            Destinations = Host.Runner.ReadSpec(
                parsed.ReadPath(_outputs, Host), SpecFiles.ReadOutputs, Host.Interrupted),
            Names = [.. parsed.GetValue(_names) ?? []],
            Strict = parsed.GetValue(_strict),
            FilesInUse = [parsed.ReadPath(_baselines, Host), parsed.ReadPath(_outputs, Host)],
        },
        parsed);
}
