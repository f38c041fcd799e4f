using System.Management.Automation;
using Diffah.Engine.Deltas;
using Diffah.Engine.Operations;
using Diffah.PowerShell.Completion;
using Diffah.PowerShell.Parameters;

namespace Diffah.PowerShell.Commands;

/// <summary>What the cmdlets share that make archives: the encoding's knobs, and where to spool.</summary>
public abstract class ProducerCommand : RegistryCommand
{
    private static readonly EncodingOptions Defaults = new();

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

    /// <summary>The encoding's knobs, checked.</summary>
    private protected EncodingOptions Encoding { get; private set; } = Defaults;

    /// <summary>The archive's creation time; null is now.</summary>
    private protected DateTimeOffset? CreatedAt { get; private set; }

    /// <summary>The folder to spool in, absolute; null is the folder of the output.</summary>
    private protected string? SpoolFolder { get; private set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        Encoding = Require(ReadEncoding);
        CreatedAt = Require(() => HostEnvironment.SourceDate);
        SpoolFolder = Require(() => ResolveWorkDirectory(WorkDirectory));
    }

    private EncodingOptions ReadEncoding()
    {
        var fallback = Configuration.ToEncodingOptions();
        var options = new EncodingOptions
        {
            Platform = ReadPlatform(Platform),
            IntraLayer = IsGiven(nameof(IntraLayer)) ? IntraLayer : fallback.IntraLayer,
            Workers = IsGiven(nameof(Workers)) ? Workers : fallback.Workers,
            Candidates = IsGiven(nameof(Candidates)) ? Candidates : fallback.Candidates,
            ZstdLevel = IsGiven(nameof(ZstdLevel)) ? ZstdLevel : fallback.ZstdLevel,
            ZstdWindowLog = IsGiven(nameof(ZstdWindowLog)) ? EncodingParameters.ParseWindowLog(ZstdWindowLog) : fallback.ZstdWindowLog,
            MemoryBudget = IsGiven(nameof(MemoryBudget)) ? MemoryBudget : fallback.MemoryBudget,
        };
        options.Validate();
        return options;
    }
}
