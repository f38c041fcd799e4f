using System.Text;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Engine.Transports.DockerArchive;
using Diffah.Engine.Transports.OciLayout;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Images.Conversion;

/// <summary>Copies an image in memory to where it may have to be converted.</summary>
internal sealed class ConversionBench : IDisposable
{
    private const string In = "/in";

    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _work = new();
    private readonly InMemoryTransport _memory = new();
    private readonly TransportCatalog _catalog;

    public ConversionBench() => _catalog = new TransportCatalog(
        [_memory, new DockerArchiveTransport(), new OciArchiveTransport(), new OciLayoutTransport()]);

    public InMemoryTransport Memory => _memory;

    public EventLog Log { get; } = new();

    /// <summary>What is where images are written to.</summary>
    public string[] Written => _folder.Entries;

    /// <summary>What is where layers are spooled.</summary>
    public string[] Spooled => _work.Entries;

    public string this[string name] => _folder[name];

    /// <summary>Plain layers of an image; one is there twice.</summary>
    public static byte[][] Plain(int seed) =>
        [SampleImage.Layer(seed, 1, 3000),
            SampleImage.Tar(("etc/text", Encoding.UTF8.GetBytes(new string('x', 400_000)))), SampleImage.Layer(
                seed, 1, 3000)];

    public static SampleImage Oci(int seed, string layerType, Func<byte[], byte[]> compress) =>
        SampleImage.Make(seed, "amd64", Plain(seed), MediaTypes.OciManifest, MediaTypes.OciConfig, layerType, compress);

    public static SampleImage Docker(int seed, Func<byte[], byte[]> compress) =>
        SampleImage.Make(seed, "amd64", Plain(seed), MediaTypes.DockerManifest, MediaTypes.DockerConfig,
            MediaTypes.DockerLayerGzip, compress);

    /// <summary>Changes the text of an image's manifest.</summary>
    public static RawManifest Edit(SampleImage image, string from, string to)
    {
        var text = Encoding.UTF8.GetString(image.Manifest.Bytes.Span);
        Assert.Contains(from, text, StringComparison.Ordinal);
        return new RawManifest(
            Encoding.UTF8.GetBytes(text.Replace(from, to, StringComparison.Ordinal)), image.Manifest.MediaType);
    }

    public Task<CopiedImage> ConvertAsync(
        SampleImage image, string destination, CancellationToken cancellationToken = default)
    {
        _memory.Add(In, image);
        return CopyAsync(destination, cancellationToken: cancellationToken);
    }

    public Task<CopiedImage> ConvertAsync(RawManifest manifest, SampleImage blobs, string destination)
    {
        _memory.Add(In, manifest, [], blobs.Blobs);
        return CopyAsync(destination);
    }

    public Task<CopiedImage> ConvertAsync(SampleIndex index, string destination)
    {
        _memory.Add(In, index.Root, index.Children, index.Blobs);
        return CopyAsync(destination, r => r with { All = true });
    }

    /// <summary>Copies from one file to another.</summary>
    public Task<CopiedImage> ConvertAsync(string from, string to) =>
        CopyAsync(to, r => r with { Source = Reference(from) });

    public Task<CopiedImage> CopyAsync(
        string destination, Func<CopyImageRequest, CopyImageRequest>? change =
            null, CancellationToken cancellationToken = default)
    {
        var request = new CopyImageRequest
        {
            Source = ImageReference.Parse($"dir:{In}"),
            Destination = Reference(destination),
            AllowConvert = true,
            WorkDirectory = _work.Path
        };
        return new CopyImage(_catalog).RunAsync(change?.Invoke(request) ?? request, Log.Sink, cancellationToken);
    }

    /// <summary>A conversion must fail with the error, and leave nothing.</summary>
    public async Task<DiffahException> FailsAsync(DiffahError expected, Func<Task> run)
    {
        var error = await Errors.ThrowsAsync(expected, run);
        AssertNothingLeft();
        return error;
    }

    public void AssertNothingLeft()
    {
        Assert.Empty(Written);
        Assert.Empty(Spooled);
    }

    public async Task<(ImageManifest Manifest, byte[] Config, byte[][] Contents)> ReadAsync(string written)
    {
        using var work = new Engine.Content.WorkDirectory(_work.Path);
        await using var source = await _catalog.Get(Reference(written))
            .OpenSourceAsync(Reference(written), new TransportContext(work, EventSink.None), default);
        var image = await Image.OpenAsync(source, Platform.Default, default);
        var contents = new List<byte[]>();
        foreach (var layer in image.Layers)
        {
            await using var content = await layer.OpenContentAsync(default);
            using var bytes = new MemoryStream();
            await content.CopyToAsync(bytes);
            contents.Add(bytes.ToArray());
        }
        return (image.Manifest, image.ConfigBytes!.Value.ToArray(), [.. contents]);
    }

    public void Dispose()
    {
        _catalog.Dispose();
        _work.Dispose();
        _folder.Dispose();
    }

    private ImageReference Reference(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return ImageReference.Parse($"{text[..colon]}:{_folder[text[(colon + 1)..]]}");
    }
}
