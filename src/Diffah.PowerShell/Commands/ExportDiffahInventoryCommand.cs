using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using Diffah.Engine.Configuration;
using Diffah.Engine.Operations;
using Diffah.PowerShell.Completion;
using Diffah.PowerShell.Parameters;

namespace Diffah.PowerShell.Commands;

/// <summary>Lists what a site has, by digests alone.</summary>
[Cmdlet(VerbsData.Export, "DiffahInventory", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Folder + "Export-DiffahInventory" + HelpPages.Suffix)]
[OutputType(typeof(ExportedInventory))]
public sealed class ExportDiffahInventoryCommand : RegistryCommand
{
    private readonly List<InventoryPlace> _places = [];
    private int _refused;

    /// <summary>The inventory to write; wildcard characters stand for themselves.</summary>
    [Parameter(Mandatory = true, HelpMessage = HelpMessages.Inventory, Position = 0)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(JsonFileCompleter))]
    public string Path { get; set; } = "";

    /// <summary>The images; with <c>:*</c> all of a place.</summary>
    [Parameter(Mandatory = true, HelpMessage = HelpMessages.Places, Position = 1, ValueFromPipeline = true,
        ValueFromPipelineByPropertyName = true)]
    [Alias("Reference")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ImageReferenceCompleter))]
    [SuppressMessage("Performance", "CA1819", Justification = "PowerShell binds arrays.")]
    public string[] Image { get; set; } = [];

    /// <summary>Reads all layers, and lists the digests of their files too.</summary>
    [Parameter]
    public SwitchParameter IncludeFiles { get; set; }

    /// <summary>Which image of an index is meant, os/arch[/variant].</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PlatformCompleter))]
    public string Platform { get; set; } = Knobs.Platform.Default.ToString();

    /// <summary>Replaces a file that is there already.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The folder to spool in; the default is DIFFAH_WORKDIR, or the system's temporary folder.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string? WorkDirectory { get; set; }

    /// <summary>
    /// Bytes that a layer, or an image archive that is compressed as a whole, may expand to; 0 is no limit.
    /// </summary>
    [Parameter]
    [ByteSizeTransformation]
    [ArgumentCompleter(typeof(ByteSizeCompleter))]
    public long MaxLayerSize { get; set; } = Knobs.MaxLayerSize.Default;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var text in Image)
        {
            if (TryFor(text, () => InventoryPlace.Parse(text).Resolve(Paths.Resolve), out var place))
                _places.Add(place);
            else
                _refused++;
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        // Without one of its images it would be another inventory.
        if (_refused > 0 || !TryFor(Path, MakeRequest, out var request)
            || !ShouldProcess(request.OutputPath, "Export inventory"))
            return;
        Emit(Path, (events, token) => new ExportInventory(Transports).RunAsync(request, events, token));
    }

    private ExportInventoryRequest MakeRequest() => new()
    {
        Places = [.. _places],
        OutputPath = Paths.ResolveLiteral(Path),
        IncludeFiles = IncludeFiles,
        Platform = Effective.Get(Knobs.Platform),
        Overwrite = Effective.Get(Knobs.Force),
        WorkDirectory = Effective.Get(Knobs.WorkDirectory),
        MaxLayerSize = Effective.Get(Knobs.MaxLayerSize),
        CreatedAt = Require(() => HostEnvironment.SourceDate),
        FilesInUse = FilesInUse(),
    };
}
