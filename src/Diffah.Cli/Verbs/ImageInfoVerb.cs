using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Cli.Results;
using Diffah.Engine.Configuration;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;

namespace Diffah.Cli.Verbs;

/// <summary><c>diffah image</c>: shows what an image is made of.</summary>
internal sealed class ImageInfoVerb : ImageVerb
{
    private readonly Argument<string> _image = CommonOptions.Reference("IMAGE", "The image, as transport:location.");

    public ImageInfoVerb(CommandLineHost host, GlobalOptions globals)
        : base(host, globals, "image", "Show an image's manifest, configuration, layers and platforms.", KnobUse.Show)
    {
        Add(_image);
        this.AddOptions(KnobOptions.New(Knobs.Platform), KnobOptions.New(Knobs.MaxLayerSize));
    }

    public override string Example => """
        diffah image docker-archive:./app-v1.tar
        diffah image --platform linux/arm64 docker://registry.example/team/app:v1
        diffah image oci:./layout:v1 -o json | jq -r .data.layers[].digest
        """;

    protected override IEnumerable<StreamedValue> Streamed(ParseResult parsed) =>
        [StreamedValue.Image(_image.Name, parsed.GetValue(_image))];

    protected override async Task<VerbResult> RunAsync(
        ParseResult parsed, TransportCatalog transports, EventSink events, CancellationToken cancellationToken)
    {
        var knobs = KnobOptions.Read(parsed, Host);
        var platform = knobs.Get(Knobs.Platform);
        var isAsked = KnobOptions.Given(parsed, Host).Says(Knobs.Platform);
        var operation = new GetImage(transports)
        {
            RequirePlatform = isAsked,
            MaxLayerSize = knobs.Get(Knobs.MaxLayerSize),
        };
        var image = await Host.Runner.RunAsync(
            (Image: parsed.ReadReference(_image, Host), platform), (asked, sink, token) => operation.RunAsync(
                asked.Image, asked.platform, sink, token), events, cancellationToken);
        return new VerbResult(ImageJson.Of(image), output => ImageText.Write(output, image));
    }
}
