using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
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
    private Engine.Oci.Platform _platform = Engine.Oci.Platform.Default;

    /// <summary>The images.</summary>
    [Parameter(Mandatory = true, HelpMessage = HelpMessages.Image, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Destination")]
    [ValidateNotNullOrEmpty]
    [ImageReferenceTransformation]
    [ArgumentCompleter(typeof(ImageReferenceCompleter))]
    [SuppressMessage("Performance", "CA1819", Justification = "PowerShell binds arrays.")]
    public ImageReference[] Reference { get; set; } = [];

    /// <summary>Which image of an index is meant, os/arch[/variant].</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PlatformCompleter))]
    public string Platform { get; set; } = Engine.Oci.Platform.Default.ToString();

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _platform = Require(() => ReadPlatform(Platform));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var operation = new GetImage(Transports) { RequirePlatform = IsGiven(nameof(Platform)) };
        foreach (var reference in Reference)
            Emit(reference, (events, token) => operation.RunAsync(reference, _platform, events, token));
    }
}
