using System.Collections.Immutable;
using Diffah.Fuzz.Laws;
using Diffah.Fuzz.Mutation;
using Diffah.Samples;

namespace Diffah.Fuzz.Building;

/// <summary>Images of random structure, and changes to them that keep every digest right.</summary>
internal static class FuzzImage
{
    /// <summary>A small image: up to five layers of a few files each.</summary>
    public static PackedImage Make(Dice dice, string name = "v1")
    {
        var layers = Enumerable.Range(0, dice.Below(5)).Select(_ => Layer(dice)).ToImmutableArray();
        return Pack(name, Packing(dice), layers);
    }

    /// <summary>The next version: some layers as they are, some edited, some new, some gone.</summary>
    public static PackedImage Next(PackedImage image, LayerPacking packing, Dice dice, string name = "v2")
    {
        var layers = image.Layers.Select(layer => Plain(layer.Content)).Where(_ => !dice.OneIn(6))
            .Select(layer => dice.OneIn(2) ? layer : SampleContent.Edit(layer, (ulong)dice.Below(1000), 3)).ToList();
        if (dice.OneIn(2))
            layers.Add(Layer(dice));
        return Pack(name, packing, [.. layers]);
    }

    public static PackedImage Pack(string name, LayerPacking packing, ImmutableArray<byte[]> plain)
    {
        var diffIds = plain.Select(layer => new SampleBlob("", layer).Digest).ToImmutableArray();
        var config = new SampleBlob(packing.ConfigType, SampleImage.Configuration("amd64", diffIds));
        return Of(name, packing, config, [.. plain.Select(packing.Pack)], diffIds);
    }

    /// <summary>An image of blobs as given: its manifest names them by their digests, whatever they are.</summary>
    public static PackedImage Of(
        string name, LayerPacking packing, SampleBlob config, ImmutableArray<SampleBlob> layers,
        ImmutableArray<string> diffIds) =>
        new(name, "amd64", packing.Manifest(config, layers), config, layers, diffIds);

    /// <summary>The image with a damaged part; what names that part names what it is now.</summary>
    public static PackedImage Mutate(PackedImage image, LayerPacking packing, Dice dice) => dice.Below(4) switch
    {
        0 => Of(image.Name, packing, Json(image.Configuration, dice), image.Layers, image.DiffIds),
        1 when image.Layers.Length > 0 => WithLayer(image, packing, dice),
        _ => image with { Manifest = Json(image.Manifest, dice) },
    };

    public static LayerPacking Packing(Dice dice) => dice.Of(
        LayerPacking.DockerPlain, LayerPacking.OciPlain, LayerPacking.OciGzip, LayerPacking.OciZstd);

    public static byte[] Layer(Dice dice)
    {
        using var bytes = new MemoryStream();
        var tar = new TarFile(bytes) { UseGnuLongNames = dice.OneIn(2) };
        for (var entries = dice.Below(8); entries > 0; entries--)
            Entry(tar, dice);
        tar.Finish();
        return bytes.ToArray();
    }

    private static void Entry(TarFile tar, Dice dice)
    {
        var name = $"d{dice.Below(3)}/f{dice.Below(9)}{new string('n', dice.OneIn(8) ? 240 : 0)}";
        switch (dice.Below(8))
        {
            case 0:
                tar.Folder(name);
                break;
            case 1:
                tar.Symlink(name, $"../d{dice.Below(3)}");
                break;
            case 2:
                tar.HardLink(name, $"d0/f{dice.Below(9)}");
                break;
            case 3:
                tar.File(name, SampleContent.Text((ulong)dice.Below(50), dice.Length(40_000)));
                break;
            default:
                tar.File(name, dice.Bytes(dice.Length(8_000)));
                break;
        }
    }

    private static SampleBlob Json(SampleBlob blob, Dice dice) =>
        new(blob.MediaType, JsonMutator.Mutate(blob.Content, dice));

    private static PackedImage WithLayer(PackedImage image, LayerPacking packing, Dice dice)
    {
        var at = dice.Below(image.Layers.Length);
        var tar = TarMutator.Mutate(Plain(image.Layers[at].Content), dice);
        var layer = new SampleBlob(image.Layers[at].MediaType, CompressionMutator.Wrap(tar, dice));
        var diffIds = dice.OneIn(3) ? image.DiffIds : image.DiffIds.SetItem(at, new SampleBlob("", tar).Digest);
        var config = new SampleBlob(packing.ConfigType, SampleImage.Configuration("amd64", diffIds));
        return Of(image.Name, packing, config, image.Layers.SetItem(at, layer), diffIds);
    }

    private static byte[] Plain(byte[] layer) => Unpacking.Plain(layer) ?? layer;
}
