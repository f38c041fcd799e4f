using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Transports.Registry;

/// <summary>Copying to, from and within a real registry, with skopeo as the second opinion.</summary>
public sealed class CopyTests : IClassFixture<PlainRegistry>, IDisposable
{
    private readonly PlainRegistry _registry;
    private readonly TemporaryFolder _folder = new();
    private readonly SampleIndex _index = SampleIndex.Flat(1);
    private readonly string _name = $"copy/{Guid.NewGuid():N}";

    public CopyTests(PlainRegistry registry) => _registry = registry;

    private long ManifestBytes => _index.Root.Bytes.Length + _index.Children.Sum(c => (long)c.Bytes.Length);

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task Skopeo_reads_an_index_that_was_pushed()
    {
        await WriteIndexAsync();
        var copied = await CopyAsync(Local, Remote("a"));
        Assert.Equal((_index.Root.Digest.ToString(), 3), (copied.Digest, copied.ImageCount));
        Assert.Equal((_index.Blobs.Values.Sum(b => (long)b.Length) + ManifestBytes, 0L),
            (copied.CopiedBytes, copied.SparedBytes));
        Assert.Equal(_index.Root.Bytes.ToArray(),
            System.Text.Encoding.UTF8.GetBytes(
                await SkopeoAsync("inspect", "--tls-verify=false", "--raw", Remote("a"))));
        await SkopeoAsync(
            "copy", "--all", "--preserve-digests", "--src-tls-verify=false", Remote("a"), $"dir:{_folder["check"]}");
        Assert.Equal(Contents("index"), Contents("check"));
    }

    [SkippableFact]
    public async Task An_index_that_skopeo_pushed_is_read_whole()
    {
        await WriteIndexAsync();
        await SkopeoAsync("copy", "--all", "--preserve-digests", "--dest-tls-verify=false", Local, Remote("a"));
        await CopyAsync(Remote("a"), $"dir:{_folder["back"]}");
        Assert.Equal(Contents("index"), Contents("back"));
    }

    [SkippableFact]
    public async Task Within_a_registry_blobs_are_mounted_and_nothing_is_fetched()
    {
        await WriteIndexAsync();
        await CopyAsync(Local, Remote("a"));
        _registry.Process.ClearLog();
        var copied = await CopyAsync(Remote("a"), Remote("b"));
        Assert.Equal((_index.Root.Digest.ToString(), ManifestBytes), (copied.Digest, copied.CopiedBytes));
        var log = await _registry.Process.LogAsync();
        Assert.DoesNotContain(
            log, l => l.Path.Contains("/blobs/", StringComparison.Ordinal) && l.Method is "GET" or "PATCH");
        Assert.Equal(_index.Root.Bytes.ToArray(),
            System.Text.Encoding.UTF8.GetBytes(
                await SkopeoAsync("inspect", "--tls-verify=false", "--raw", Remote("b"))));
    }

    [SkippableFact]
    public async Task What_is_there_is_not_pushed_again()
    {
        await WriteIndexAsync();
        await CopyAsync(Local, Remote("a"));
        Assert.Equal(ManifestBytes, (await CopyAsync(Local, Remote("a"))).CopiedBytes);
    }

    [SkippableFact]
    public async Task One_image_of_an_index_is_looked_at_by_its_platform()
    {
        await WriteIndexAsync();
        await CopyAsync(Local, Remote("a"));
        _registry.Process.ClearLog();
        using var catalog = TransportCatalog.Create(_registry.Options);
        var image = await new GetImage(catalog).RunAsync(
            ImageReference.Parse(Remote("a")), Platform.Parse("linux/arm64"), EventSink.None, default);
        Assert.Equal((_index.Images[1].Manifest.Digest.ToString(), _index.Root.Digest.ToString(), 3),
            (image.Digest, image.IndexDigest, image.Platforms.Length));
        var log = await _registry.Process.LogAsync();
        Assert.Equal([_index.Images[1].Config.Digest.ToString()],
            log.Where(l => l.Path.Contains("/blobs/", StringComparison.Ordinal)).Select(l => l.Path.Split('/')[^1]));
    }

    [SkippableFact]
    public async Task A_destination_named_by_another_digest_is_refused()
    {
        await WriteIndexAsync();
        var error = await Assert.ThrowsAsync<DiffahException>(
            () => CopyAsync(Local, $"docker://{_registry.Process.Host}/{_name}/a@{_index.Images[0].Manifest.Digest}"));
        Assert.Equal(DiffahErrors.ConversionRefused, error.Error);
        var copied = await CopyAsync(Local, $"docker://{_registry.Process.Host}/{_name}/a@{_index.Root.Digest}");
        Assert.Equal(_index.Root.Digest.ToString(), copied.Digest);
    }

    [SkippableTheory]
    [InlineData("docker-archive", false)]
    [InlineData("oci-archive", true)]
    public async Task An_image_of_a_registry_is_converted_and_its_layers_fetched_once(string transport, bool docker)
    {
        using var bench = new RegistryBench(_registry.Options);
        var image = docker ? SampleImage.DockerGzip(5) : SampleImage.Oci(5);
        await bench.PushAsync(image, Remote("convert"));
        _registry.Process.ClearLog();
        using var catalog = TransportCatalog.Create(_registry.Options);
        var request = new CopyImageRequest
        {
            Source = ImageReference.Parse(Remote("convert")),
            Destination = ImageReference.Parse($"{transport}:{_folder["out.tar"]}"),
            AllowConvert = true
        };
        var copied = await new CopyImage(catalog).RunAsync(request, EventSink.None, default);
        Assert.Equal(
            image.Layers.Select(l => l.Digest.ToString()), copied.Conversion!.Layers.Select(l => l.OriginalDigest));
        var fetched = (await _registry.Process.LogAsync()).Where(l => l.Method == "GET"
            && l.Path.Contains("/blobs/", StringComparison.Ordinal)).Select(l => l.Path.Split('/')[^1]);
        Assert.Equal(image.BlobDescriptors.Select(b => b.Digest.ToString()).Order(StringComparer.Ordinal),
            fetched.Order(StringComparer.Ordinal));
    }

    private string Local => $"dir:{_folder["index"]}";

    private string Remote(string name) => $"docker://{_registry.Process.Host}/{_name}/{name}:v1";

    private async Task WriteIndexAsync()
    {
        using var catalog = new TransportCatalog(
            [_index.In("/index", TransportNames.OciLayout), new Engine.Transports.Folder.FolderTransport()]);
        var request = new CopyImageRequest
        {
            Source = ImageReference.Parse("oci:/index"),
            Destination = ImageReference.Parse(Local),
            All = true
        };
        await new CopyImage(catalog).RunAsync(request, EventSink.None, default);
    }

    private async Task<CopiedImage> CopyAsync(string from, string to)
    {
        using var catalog = TransportCatalog.Create(_registry.Options);
        var request = new CopyImageRequest
        {
            Source = ImageReference.Parse(from),
            Destination = ImageReference.Parse(to),
            All = true
        };
        return await new CopyImage(catalog).RunAsync(request, EventSink.None, default);
    }

    private string[] Contents(string folder) =>
        [.. Directory.EnumerateFiles(_folder[folder]).Select(
            f => $"{Path.GetFileName(f)} {Digest.Compute(File.ReadAllBytes(f))}").Order(StringComparer.Ordinal)];

    private static Task<string> SkopeoAsync(params string[] arguments) =>
        ExternalTool.RunAsync("skopeo", ["--insecure-policy", .. arguments]);
}
