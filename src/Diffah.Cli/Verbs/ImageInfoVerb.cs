using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Cli.Results;
using Diffah.Engine.Configuration;
using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Verbs;

/// <summary><c>diffah image</c>: shows what an image is made of.</summary>
internal sealed class ImageInfoVerb : ImageVerb
{
    private readonly Argument<string> _image = CommonOptions.Reference("IMAGE", "The image, as transport:location.");

    public ImageInfoVerb(CommandLineHost host, GlobalOptions globals)
        : base(host, globals, "image", "Show an image's manifest, configuration, layers and platforms.", KnobUse.Show)
    {
        Add(_image);
        Add(KnobOptions.New(Knobs.Platform));
    }

    public override string Example => """
        diffah image docker-archive:./app-v1.tar
        diffah image --platform linux/arm64 docker://registry.example/team/app:v1
        diffah image oci:./layout:v1 -o json | jq -r .data.layers[].digest
        """;

    protected override async Task<VerbResult> RunAsync(ParseResult parsed, IOperations operations, EventSink events, CancellationToken cancellationToken)
    {
        var platform = KnobOptions.Read(parsed, Host).Get(Knobs.Platform);
        var isAsked = KnobOptions.Given(parsed, Host).Says(Knobs.Platform);
        var image = await operations.GetImageAsync(parsed.ReadReference(_image, Host), platform, isAsked, events, cancellationToken);
        return new VerbResult(ImageJson.Of(image), output => ImageText.Write(output, image));
    }
}
