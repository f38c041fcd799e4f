using System.Text.Json.Nodes;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Tests.Support;

namespace Diffah.Tests.Cli.Processes;

/// <summary>Small images in a folder, for the program as processes of its own.</summary>
internal sealed class ImageBench : IDisposable
{
    private readonly TransportBench _bench = new();

    /// <summary>Absolute path of something in the folder.</summary>
    public string this[string name] => _bench[name];

    /// <summary>Everything in the folder, relative.</summary>
    public string[] Entries => _bench.Entries;

    /// <summary>Writes an image of plain OCI layers.</summary>
    public async Task<SampleImage> WriteAsync(string transport, string name, params byte[][] layers)
    {
        var image = SampleImage.Make(
            1, "amd64", layers, MediaTypes.OciManifest, MediaTypes.OciConfig, MediaTypes.OciLayer, l => l);
        await _bench.WriteAsync(transport, name, image);
        return image;
    }

    /// <summary>Writes an image of plain Docker layers.</summary>
    public async Task<SampleImage> WriteDockerAsync(string transport, string name, params byte[][] layers)
    {
        var image = SampleImage.Make(1, "amd64", layers, MediaTypes.DockerManifest, MediaTypes.DockerConfig,
            MediaTypes.DockerLayerGzip, l => l);
        await _bench.WriteAsync(transport, name, image);
        return image;
    }

    /// <summary>Asks the files of a layout themselves whether an image of it is whole; null where it is.</summary>
    public string? WhyNotWhole(string layout, string name)
    {
        var entries = JsonNode.Parse(File.ReadAllText(this[$"{layout}/index.json"]))!["manifests"]!.AsArray()
            .Where(m => (string?)m!["annotations"]?["org.opencontainers.image.ref.name"] == name).ToArray();
        if (entries is not [{ } entry])
            return $"{entries.Length} entries";
        var pending = new Queue<string>([(string)entry["digest"]!]);
        var manifest = JsonNode.Parse(File.ReadAllText(Blob(pending.Peek())))!;
        foreach (var blob in manifest["layers"]!.AsArray().Append(manifest["config"]))
            pending.Enqueue((string)blob!["digest"]!);
        return pending.FirstOrDefault(
            d => !File.Exists(Blob(d)) || Digest.Compute(File.ReadAllBytes(Blob(d))).ToString() != d);

        string Blob(string digest) => this[$"{layout}/blobs/{digest.Replace(':', '/')}"];
    }

    /// <summary>Reads an image and checks every byte of it.</summary>
    public async Task RequireAsync(string reference, SampleImage image)
    {
        await using var source = await _bench.OpenAsync(ImageReference.Parse(reference));
        await Transports.Conformance.TransportConformance.AssertHoldsAsync(source, image);
    }

    public void Dispose() => _bench.Dispose();
}
