using Diffah.Engine.Images;
using Diffah.Fuzz.Building;
using Diffah.Fuzz.Laws;
using Diffah.Fuzz.Running;

namespace Diffah.Fuzz.Classes;

/// <summary>Images as one transport stores them.</summary>
/// <param name="transport">The transport's name.</param>
internal sealed class ImageClass(string transport) : FuzzClass
{
    public override string Name => transport;

    public override IEnumerable<FuzzInput> HandMade() => HostileImages.Of(transport);

    public override FuzzInput Build(Dice dice, string origin)
    {
        var image = FuzzImage.Make(dice);
        var images = dice.OneIn(4) ? [image, FuzzImage.Make(dice, "v2")] : new[] { image };
        var files = Storing.StoreDamaged(transport, "image", dice, images);
        var input = new FuzzInput(Name, origin).WithFiles(files);
        input.Settings["to"] = dice.Of<string>(Storing.Transports);
        input.Settings["name"] = dice.Of("", "", "v1", "v9");
        input.Settings["options"] = dice.Of("", "all", "convert", "delta");
        if (dice.OneIn(10) && files.Any())
            input.Links[files.Last().Key + "-link"] = dice.Of(
                "..", "image", "/dev/zero", "manifest.json", "image-link");
        return input;
    }

    public override async Task RunAsync(FuzzInput input, Trial trial)
    {
        var path = trial[Storing.PathOf(transport, "image")];
        var name = input["name"] is { Length: > 0 } given && transport != Storing.Folder
            ? transport == Storing.DockerArchive ? $":example.com/app:{given}" : $":{given}"
            : "";
        var image = ImageReference.Parse($"{transport}:{path}{name}");
        await ImageWork.InspectAsync(trial, image);
        await ImageWork.CopyAsync(
            trial, image, input["to"], all: input["options"] == "all", convert: input["options"] == "convert");
        if (input["options"] == "delta")
            await ImageWork.DeltaAsync(trial, image, image, input["to"]);
    }
}
