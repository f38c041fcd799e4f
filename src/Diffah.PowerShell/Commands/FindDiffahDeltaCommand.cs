using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using Diffah.Engine.Configuration;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.PowerShell.Completion;
using Diffah.PowerShell.Parameters;

namespace Diffah.PowerShell.Commands;

/// <summary>Finds the deltas that are published beside an image.</summary>
[Cmdlet(VerbsCommon.Find, "DiffahDelta", HelpUri = HelpPages.Folder + "Find-DiffahDelta" + HelpPages.Suffix)]
[OutputType(typeof(PublishedDelta))]
public sealed class FindDiffahDeltaCommand : RegistryCommand
{
    /// <summary>The image that the deltas make.</summary>
    [Parameter(Mandatory = true, HelpMessage = HelpMessages.PublishedImage, Position = 0, ValueFromPipeline = true,
        ValueFromPipelineByPropertyName = true)]
    [Alias("Reference")]
    [ImageReferenceTransformation]
    [ArgumentCompleter(typeof(ImageReferenceCompleter))]
    public ImageReference Image { get; set; } = null!;

    /// <summary>Images that are there: only deltas that can be applied to one of them are given.</summary>
    [Parameter(Position = 1)]
    [ImageReferenceTransformation]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ImageReferenceCompleter))]
    [SuppressMessage("Performance", "CA1819", Justification = "PowerShell binds arrays.")]
    public ImageReference[] Baseline { get; set; } = [];

    /// <summary>The file of a public key: only deltas that it signed are given.</summary>
    [Parameter]
    [Alias("Key")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PublicKeyCompleter))]
    public string? VerificationKey { get; set; }

    /// <summary>Which image of an index is meant, os/arch[/variant].</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PlatformCompleter))]
    public string Platform { get; set; } = Knobs.Platform.Default.ToString();

    /// <summary>The folder to spool in.</summary>
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
    protected override void ProcessRecord() => EmitEach(
        Image, (events, token) => new FindDeltas(Transports).RunAsync(MakeRequest(), events, token));

    private FindDeltasRequest MakeRequest() => new()
    {
        Image = Image,
        Baselines = [.. Baseline],
        VerificationKeyPath = KeyPaths.Resolve(Paths, VerificationKey),
        Platform = Effective.Get(Knobs.Platform),
        WorkDirectory = Effective.Get(Knobs.WorkDirectory),
        MaxLayerSize = Effective.Get(Knobs.MaxLayerSize),
    };
}
