using System.Management.Automation;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Model;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.PowerShell.Completion;
using Diffah.PowerShell.Parameters;

namespace Diffah.PowerShell.Commands;

/// <summary>Makes a delta archive that turns one image into another.</summary>
[Cmdlet(VerbsCommon.New, "DiffahDelta", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(DeltaArchive), typeof(DeltaPlan))]
public sealed class NewDiffahDeltaCommand : RegistryCommand
{
    private static readonly EncodingOptions Defaults = new();

    private EncodingOptions _encoding = Defaults;
    private DateTimeOffset? _createdAt;
    private string? _workDirectory;

    /// <summary>The image the other side has.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ImageReferenceTransformation]
    [ArgumentCompleter(typeof(ImageReferenceCompleter))]
    public ImageReference Baseline { get; set; } = null!;

    /// <summary>The image the other side is to get.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ImageReferenceTransformation]
    [ArgumentCompleter(typeof(ImageReferenceCompleter))]
    public ImageReference Target { get; set; } = null!;

    /// <summary>The archive to write; wildcard characters stand for themselves.</summary>
    [Parameter(Mandatory = true, Position = 2, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(LiteralArchivePathCompleter))]
    public string Path { get; set; } = "";

    /// <summary>Which image of an index is meant, os/arch[/variant].</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PlatformCompleter))]
    public string Platform { get; set; } = Defaults.Platform.ToString();

    /// <summary>Whether changed layers are patched from baseline layers.</summary>
    [Parameter]
    public IntraLayerMode IntraLayer { get; set; } = Defaults.IntraLayer;

    /// <summary>Layers read and encoded at the same time, 1 to 1024.</summary>
    [Parameter]
    public int Workers { get; set; } = Defaults.Workers;

    /// <summary>Baseline layers tried for each changed layer, 1 to 1024.</summary>
    [Parameter]
    public int Candidates { get; set; } = Defaults.Candidates;

    /// <summary>zstd level, 1 to 22.</summary>
    [Parameter]
    public int ZstdLevel { get; set; } = Defaults.ZstdLevel;

    /// <summary>zstd window, log2 bytes, 10 to 31, or auto.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(WindowLogCompleter))]
    public string ZstdWindowLog { get; set; } = EncodingParameters.Auto;

    /// <summary>Bytes that all encodes running at the same time may be estimated at; 0 is no limit.</summary>
    [Parameter]
    [ByteSizeTransformation]
    public long MemoryBudget { get; set; } = Defaults.MemoryBudget;

    /// <summary>The folder to spool in; the default is DIFFAH_WORKDIR, or the folder of the output.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? WorkDirectory { get; set; }

    /// <summary>Replaces an archive that is there already.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Says what would be done, in place of doing it.</summary>
    [Parameter]
    public SwitchParameter DryRun { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _encoding = Require(ReadEncoding);
        _createdAt = Require(() => HostEnvironment.SourceDate);
        _workDirectory = Require(() => ResolveWorkDirectory(WorkDirectory));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!TryFor(Path, () => Paths.ResolveLiteral(Path), out var output))
            return;
        var request = MakeRequest(output);
        var operation = new CreateDelta(Transports);
        if (DryRun)
            Emit(Path, (events, token) => operation.PlanAsync(request, events, token));
        else if (ShouldProcess(output, $"Create delta from {Baseline} to {Target}"))
            Emit(Path, (events, token) => operation.RunAsync(request, events, token));
    }

    private CreateDeltaRequest MakeRequest(string output) => new()
    {
        Baseline = Baseline,
        Target = Target,
        OutputPath = output,
        Encoding = _encoding,
        Overwrite = Force,
        WorkDirectory = _workDirectory,
        CreatedAt = _createdAt,
    };

    private EncodingOptions ReadEncoding()
    {
        var options = new EncodingOptions
        {
            Platform = Engine.Oci.Platform.Parse(Platform),
            IntraLayer = IntraLayer,
            Workers = Workers,
            Candidates = Candidates,
            ZstdLevel = ZstdLevel,
            ZstdWindowLog = EncodingParameters.ParseWindowLog(ZstdWindowLog),
            MemoryBudget = MemoryBudget,
        };
        options.Validate();
        return options;
    }
}
