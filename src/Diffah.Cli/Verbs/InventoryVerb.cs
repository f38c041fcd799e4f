using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Cli.Results;
using Diffah.Engine.Configuration;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;

namespace Diffah.Cli.Verbs;

/// <summary><c>diffah inventory</c>: lists what a site has, by digests alone.</summary>
internal sealed class InventoryVerb : ImageVerb
{
    private readonly Argument<string> _output = CommonOptions.File("INVENTORY-OUT", "The inventory to write.");
    private readonly Argument<string[]> _images = new("IMAGE")
    {
        Description = "The images, as transport:location; with :* all of a place (docker-daemon:*, oci:./layout:*, "
            + "docker://far.example/app:*).",
        Arity = ArgumentArity.OneOrMore,
    };
    private readonly Option<bool> _includeFiles = OptionFactory.Flag(
        "--include-files", "Read all layers, and list the digests of their files too.");

    public InventoryVerb(CommandLineHost host, GlobalOptions globals)
        : base(host, globals, "inventory",
            "List what this site has, by digests alone, so that one bundle can bring it up to date.", KnobUse.Report)
    {
        this.AddArguments(_output);
        Arguments.Add(_images);
        this.AddOptions(_includeFiles, KnobOptions.New(Knobs.Platform),
            KnobOptions.New(Knobs.WorkDirectory, "the system's temporary folder"),
            KnobOptions.New(Knobs.MaxLayerSize), KnobOptions.New(Knobs.Force));
    }

    public override string Example => """
        diffah inventory ./site.json docker-daemon:*
        diffah inventory ./site.json oci:./layout:* docker-archive:./app-v1.tar
        diffah inventory --include-files ./site.json docker://far.example/app:v1
        """;

    protected override async Task<VerbResult> RunAsync(
        ParseResult parsed, TransportCatalog transports, EventSink events, CancellationToken cancellationToken)
    {
        var inventory = await Host.Runner.RunAsync(
            Map(parsed), new ExportInventory(transports).RunAsync, events, cancellationToken);
        return new VerbResult(InventoryJson.Of(inventory), output => InventoryText.Write(output, inventory));
    }

    private ExportInventoryRequest Map(ParseResult parsed)
    {
        var knobs = KnobOptions.Read(parsed, Host);
        return new()
        {
            Places = [.. parsed.GetRequiredValue(_images).Select(
                text => InventoryPlace.Parse(text).ResolveAgainst(Host.CurrentDirectory))],
            OutputPath = parsed.ReadPath(_output, Host),
            IncludeFiles = parsed.GetValue(_includeFiles),
            Platform = knobs.Get(Knobs.Platform),
            Overwrite = knobs.Get(Knobs.Force),
            WorkDirectory = knobs.Get(Knobs.WorkDirectory),
            MaxLayerSize = knobs.Get(Knobs.MaxLayerSize),
            CreatedAt = Host.SourceDate(),
            FilesInUse = Host.FilesInUse(),
        };
    }
}
