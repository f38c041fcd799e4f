using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using Diffah.Engine.Configuration;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.PowerShell.Completion;
using Diffah.PowerShell.Parameters;

namespace Diffah.PowerShell.Commands;

/// <summary>Says what images are made of.</summary>
[Cmdlet(VerbsCommon.Get, "DiffahImage", HelpUri = HelpPages.Folder + "Get-DiffahImage" + HelpPages.Suffix)]
[OutputType(typeof(ImageDetails))]
public sealed class GetDiffahImageCommand : RegistryCommand
{
    /// <summary>The images.</summary>
    [Parameter(Mandatory = true, HelpMessage = HelpMessages.Image, Position = 0, ValueFromPipeline = true,
        ValueFromPipelineByPropertyName = true)]
    [Alias("Destination")]
    [ValidateNotNullOrEmpty]
    [ImageReferenceTransformation]
    [ArgumentCompleter(typeof(ImageReferenceCompleter))]
    [SuppressMessage("Performance", "CA1819", Justification = "PowerShell binds arrays.")]
    public ImageReference[] Reference { get; set; } = [];

    /// <summary>Which image of an index is meant, os/arch[/variant].</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PlatformCompleter))]
    public string Platform { get; set; } = Knobs.Platform.Default.ToString();

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
        var operation = new GetImage(Transports)
        {
            RequirePlatform = Given.Says(Knobs.Platform),
            MaxLayerSize = Effective.Get(Knobs.MaxLayerSize),
        };
        foreach (var reference in Reference)
            Emit(reference,
                (events, token) => operation.RunAsync(reference, Effective.Get(Knobs.Platform), events, token));
    }
}
