using System.Text;
using Diffah.Fuzz.Building;
using Diffah.Fuzz.Mutation;
using Diffah.Fuzz.Running;
using Diffah.Samples;

namespace Diffah.Fuzz.Classes;

/// <summary>Hand-made images that are meant to hurt: small to write, large to believe.</summary>
internal static class HostileImages
{
    private const int Many = 4_000;
    private const string Empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private static readonly LayerPacking Packing = LayerPacking.OciGzip;

    public static IEnumerable<FuzzInput> Of(string transport)
    {
        var image = FuzzImage.Pack("v1", Packing, [FuzzImage.Layer(new Dice(1))]);
        foreach (var (what, manifest) in Manifests(image))
            yield return Stored(transport, what, image with { Manifest = new(image.Manifest.MediaType, manifest) });
        yield return Stored(transport, "a layer of zeros behind gzip", FuzzImage.Of("v1", Packing, image.Configuration,
            [new(image.Layers[0].MediaType, CompressionMutator.Gzip(new byte[16 << 20]))], image.DiffIds));
        yield return Stored(transport, "a configuration nested deep", FuzzImage.Of("v1", Packing,
            new(image.Configuration.MediaType, Nested(100_000)), image.Layers, image.DiffIds));
        if (transport is Storing.Layout or Storing.Folder)
            yield return Linked(transport, image);
        else
            foreach (var input in Archives(transport))
                yield return input;
    }

    private static IEnumerable<(string What, byte[] Manifest)> Manifests(PackedImage image)
    {
        var text = Encoding.UTF8.GetString(image.Manifest.Content);
        var layer = text[(text.IndexOf("\"layers\":[", StringComparison.Ordinal) + 10)..^2];
        yield return ("nested deep", Nested(100_000));
        yield return ("many layers", Bytes(text.Replace(layer, string.Join(',', Enumerable.Repeat(layer, Many)))));
        yield return ("a size that no disk has", Bytes(
            text.Replace("\"size\":", "\"size\":9223372036854775807,\"s\":")));
        yield return ("a size below zero", Bytes(text.Replace("\"size\":", "\"size\":-1,\"s\":")));
        yield return ("a long name", Bytes(text.Replace("schemaVersion", new string('n', 1 << 20))));
        yield return ("layers of nothing", Bytes(text.Replace(image.Layers[0].Digest, Empty)));
        yield return ("its own configuration", Bytes(text.Replace(image.Configuration.Digest, image.Manifest.Digest)));
        yield return ("controls", Bytes(text.Replace("application/vnd.oci.image.layer", "\\u001b[2J\\u0000")));
        yield return ("nothing", []);
        yield return ("a number", "7"u8.ToArray());
        yield return ("a list that lists itself by a loop", Bytes(
            """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":["""
            + string.Join(',', Enumerable.Repeat(
                $$"""{"mediaType":"application/vnd.oci.image.index.v1+json","size":2,"digest":"{{Empty}}"}""",
                Many))
            + "]}"));
    }

    private static IEnumerable<FuzzInput> Archives(string transport)
    {
        var path = Storing.PathOf(transport, "image");
        yield return File(transport, "an empty file", path, []);
        yield return File(transport, "zeros", path, new byte[1 << 20]);
        yield return File(transport, "zeros behind gzip", path, CompressionMutator.Gzip(new byte[16 << 20]));
        yield return File(transport, "zeros behind zstd", path, CompressionMutator.Zstd(new byte[16 << 20]));
        yield return File(transport, "gzip in gzip", path, Enumerable.Range(0, 50).Aggregate(
            new byte[1 << 20], (inner, _) => CompressionMutator.Gzip(inner)));
        yield return File(transport, "many entries", path, Storing.Tar(Enumerable.Range(0, Many)
            .Select(i => new KeyValuePair<string, byte[]>($"f{i}", []))));
        yield return File(transport, "one name many times", path, Storing.Tar(Enumerable.Range(0, Many)
            .Select(_ => new KeyValuePair<string, byte[]>("manifest.json", [(byte)'[']))));
        yield return File(transport, "paths that climb", path, Storing.Tar(
            [new("../../x", [1]), new("/tmp/x", [1]), new("manifest.json/../x", [1])]));
    }

    private static FuzzInput Linked(string transport, PackedImage image)
    {
        var input = Stored(transport, "links in a circle", image);
        var names = input.Files.Keys.ToArray();
        foreach (var (name, target) in names.Zip([.. names.Skip(1), names[0]]))
            input.Links[name] = Path.GetRelativePath(Path.GetDirectoryName(name)!, target);
        input.Files.Clear();
        return input;
    }

    private static FuzzInput Stored(string transport, string what, PackedImage image) =>
        new FuzzInput(transport, $"hand-made: {what}")
        {
            Settings = new(StringComparer.Ordinal) { ["to"] = Storing.Folder, ["options"] = "all" },
        }.WithFiles(Storing.Store(transport, "image", image));

    private static FuzzInput File(string transport, string what, string path, byte[] content) =>
        new FuzzInput(transport, $"hand-made: {what}")
        {
            Settings = new(StringComparer.Ordinal) { ["to"] = Storing.Layout },
        }.WithFiles([new(path, content)]);

    private static byte[] Nested(int depth) =>
        Bytes(new string('[', depth) + new string(']', depth));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
