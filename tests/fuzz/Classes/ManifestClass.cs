using System.Text;
using Diffah.Engine.Deltas;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Fuzz.Building;
using Diffah.Fuzz.Laws;
using Diffah.Fuzz.Mutation;
using Diffah.Fuzz.Running;
using Diffah.Samples;

namespace Diffah.Fuzz.Classes;

/// <summary>
/// Manifests, indexes and configurations whose digests are right all the way up, so that the engine reads
/// what they say.
/// </summary>
internal sealed class ManifestClass : FuzzClass
{
    private const string IndexType = "application/vnd.oci.image.index.v1+json";

    public override string Name => "manifests";

    public override FuzzInput Build(Dice dice, string origin)
    {
        var packing = FuzzImage.Packing(dice);
        var plain = Enumerable.Range(0, dice.Below(4)).Select(_ => FuzzImage.Layer(dice));
        var image = FuzzImage.Pack("v1", packing, [.. plain]);
        if (!dice.OneIn(8))
            image = FuzzImage.Mutate(image, packing, dice);
        var root = image.Manifest;
        for (var levels = dice.Below(4); levels > 0; levels--)
            root = Index(root, dice);
        var blobs = image.Blobs.Append(root).Append(new SampleBlob("", image.Manifest.Content));
        var input = new FuzzInput(Name, origin).WithFiles(dice.OneIn(2) ? Folder(root, blobs) : Layout(root, blobs));
        input.Settings["to"] = dice.Of<string>(Storing.Transports);
        input.Settings["options"] = dice.Of("", "all", "convert");
        return input;
    }

    public override async Task RunAsync(FuzzInput input, Trial trial)
    {
        var transport = input.Files.ContainsKey("image/oci-layout") ? Storing.Layout : Storing.Folder;
        var image = ImageReference.Parse($"{transport}:{trial["image"]}");
        await ImageWork.InspectAsync(trial, image);
        await ImageWork.CopyAsync(trial, image, input["to"], input["options"] == "all", input["options"] == "convert");
        if (transport == Storing.Folder)
            await FromManifestAsync(trial, image);
    }

    /// <summary>The manifest's file as all that is left of a baseline.</summary>
    private static async Task FromManifestAsync(Trial trial, ImageReference image)
    {
        var output = trial.NewOutput();
        var request = new CreateDeltaRequest
        {
            BaselineManifestPath = trial["image/manifest.json"],
            Target = image,
            OutputPath = Path.Combine(output, "delta.tar"),
            WorkDirectory = trial.Work,
            Encoding = new EncodingOptions { ZstdLevel = 1 },
        };
        await trial.WriteAsync("CreateDelta from a manifest", output,
            (events, stop) => new CreateDelta(trial.Catalog).RunAsync(request, events, stop));
    }

    private static SampleBlob Index(SampleBlob child, Dice dice)
    {
        var entry =
            $$$"""{"mediaType":"{{{child.MediaType}}}","size":{{{child.Content.Length}}},"digest":"{{{child.Digest}}}","platform":{"os":"linux","architecture":"amd64"}}""";
        var text = $$"""{"schemaVersion":2,"mediaType":"{{IndexType}}","manifests":[{{entry}}]}""";
        var bytes = Encoding.UTF8.GetBytes(text);
        return new SampleBlob(IndexType, dice.OneIn(3) ? JsonMutator.Mutate(bytes, dice) : bytes);
    }

    private static IEnumerable<KeyValuePair<string, byte[]>> Folder(SampleBlob root, IEnumerable<SampleBlob> blobs) =>
        blobs.DistinctBy(blob => blob.Hex)
            .SelectMany(blob => new[] { blob.Hex, blob.Hex + ".manifest.json" }
                .Select(name => new KeyValuePair<string, byte[]>($"image/{name}", blob.Content)))
            .Append(new("image/manifest.json", root.Content))
            .Append(new("image/version", "Directory Transport Version: 1.1\n"u8.ToArray()));

    private static IEnumerable<KeyValuePair<string, byte[]>> Layout(SampleBlob root, IEnumerable<SampleBlob> blobs) =>
        blobs.DistinctBy(blob => blob.Hex)
            .Select(blob => new KeyValuePair<string, byte[]>($"image/blobs/sha256/{blob.Hex}", blob.Content))
            .Append(new("image/oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}"u8.ToArray()))
            .Append(new("image/index.json", Encoding.UTF8.GetBytes(
                $$"""{"schemaVersion":2,"manifests":[{"mediaType":"{{root.MediaType}}","size":{{root.Content.Length}},"digest":"{{root.Digest}}"}]}""")));
}
