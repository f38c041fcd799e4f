using Diffah.Engine.Images;
using Diffah.Fuzz.Building;
using Diffah.Fuzz.Laws;
using Diffah.Fuzz.Mutation;
using Diffah.Fuzz.Running;
using Diffah.Samples;

namespace Diffah.Fuzz.Classes;

/// <summary>
/// Layers of every kind, in images whose digests are right: a delta to them is made and restored, to the byte, however
/// odd a layer is.
/// </summary>
internal sealed class LayerClass : FuzzClass
{
    public override string Name => "layers";

    public override IEnumerable<FuzzInput> HandMade()
    {
        var text = SampleContent.Text(1, 100_000);
        var random = new Dice(7).Bytes(100_000);
        byte[][] layers =
        [
            [], new byte[512], new byte[1024], new byte[1 << 20], random, text, [0x1F, 0x8B], [0x28, 0xB5, 0x2F, 0xFD],
            CompressionMutator.Gzip([]), CompressionMutator.Zstd([]), CompressionMutator.Gzip(new byte[32 << 20]),
            CompressionMutator.Zstd(new byte[32 << 20]), [.. CompressionMutator.Gzip(text), .. new byte[512]],
            [.. CompressionMutator.Gzip(text), .. CompressionMutator.Gzip(text)],
            [.. CompressionMutator.Zstd(text), .. CompressionMutator.Zstd(text)],
            [0x50, 0x2A, 0x4D, 0x18, 0xFF, 0xFF, 0xFF, 0xFF],
            [0x28, 0xB5, 0x2F, 0xFD, 0xC0, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
            [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "BZh9"u8.ToArray(), [.. text[..(text.Length / 2)], .. random],
        ];
        return layers.Select((layer, number) => Pair($"hand-made: layer {number}", text, layer, LayerPacking.OciPlain));
    }

    public override FuzzInput Build(Dice dice, string origin)
    {
        var tar = FuzzImage.Layer(dice);
        var older = dice.OneIn(3) ? tar : TarMutator.Mutate(tar, dice);
        var newer = TarMutator.Mutate(dice.OneIn(2) ? tar : SampleContent.Edit(tar, (ulong)dice.Below(99), 4), dice);
        var packing = FuzzImage.Packing(dice);
        var input = Pair(origin, CompressionMutator.Wrap(older, dice), CompressionMutator.Wrap(newer, dice), packing,
            new SampleBlob("", newer).Digest);
        input.Settings["to"] = dice.Of<string>(Storing.Transports);
        input.Settings["level"] = $"{dice.Of(1, 3, 9, 19)}";
        input.Settings["convert"] = dice.Of("", "yes");
        return input;
    }

    public override async Task RunAsync(FuzzInput input, Trial trial)
    {
        var (older, newer) = (ImageReference.Parse($"dir:{trial["v1"]}"), ImageReference.Parse($"dir:{trial["v2"]}"));
        // The digests are right, so what was made from these two images can be restored from the first.
        if (await ImageWork.DeltaAsync(trial, older, newer, Storing.Folder, int.Parse(input["level"])) == false)
            throw new LawBrokenException(Law.Exact, "RestoreImage of a new delta", trial.Outcomes.Last());
        await ImageWork.CopyAsync(trial, newer, input["to"], convert: input["convert"] == "yes");
    }

    private FuzzInput Pair(string origin, byte[] older, byte[] newer, LayerPacking packing, string? diffId = null) =>
        new FuzzInput(Name, origin)
        {
            Settings = new(StringComparer.Ordinal)
            {
                ["to"] = Storing.DockerArchive,
                ["convert"] = "yes",
                ["level"] = "3",
            },
        }.WithFiles(Storing.Store(Storing.Folder, "v1", Image("v1", older, packing, null))
            .Concat(Storing.Store(Storing.Folder, "v2", Image("v2", newer, packing, diffId))));

    private static PackedImage Image(string name, byte[] layer, LayerPacking packing, string? diffId)
    {
        var blob = new SampleBlob(packing.LayerType(packing.Compression), layer);
        string[] diffIds = [diffId ?? blob.Digest];
        var config = new SampleBlob(packing.ConfigType, SampleImage.Configuration("amd64", diffIds));
        return FuzzImage.Of(name, packing, config, [blob], [.. diffIds]);
    }
}
