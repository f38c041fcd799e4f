using Diffah.Engine.Compression;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Operations.Producing;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Transports.Registry;

/// <summary>A baseline that a Dockerfile or the target names, in a real registry.</summary>
public sealed class FoundBaselineTests(PlainRegistry registry) : IClassFixture<PlainRegistry>, IDisposable
{
    private static readonly LayerBytes Below =
        LayerBytes.Tar(("etc/a", Bytes.Text(1, 40_000))).As(CompressionKind.Gzip);
    private static readonly LayerBytes Moved = LayerBytes.Tar(("etc/b", Bytes.Text(3, 9000))).As(CompressionKind.Gzip);
    private static readonly MemoryImage Base = ImageMaker.Oci(Below);
    private static readonly MemoryImage Target =
        ImageMaker.Oci(Below, LayerBytes.Tar(("srv/app", Bytes.Text(2, 9000))).As(CompressionKind.Gzip));

    private readonly BundleLab _lab = new();
    private readonly EventLog _log = new();

    private string Host => registry.Process.Host;

    public void Dispose() => _lab.Dispose();

    [SkippableFact]
    public async Task The_Dockerfile_names_it_for_a_target_in_a_file()
    {
        await PushAsync(Base, "base:1");
        var dockerfile = _lab.Folder["Dockerfile"];
        await File.WriteAllTextAsync(dockerfile, $"ARG R={Host}\nFROM ${{R}}/base:1\nRUN make\n");
        var archive = await CreateAsync(request => request with { DockerfilePath = dockerfile }, Target);
        Assert.Equal($"docker://{Host}/base:1", archive.ChosenBaseline!.ToString());
        Assert.Equal(Base.Digest.ToString(), archive.Images[0].BaselineManifestDigest);
        Assert.Empty(_log.Messages(EventLevel.Warning));
    }

    [SkippableFact]
    public async Task The_digest_that_the_target_says_counts_when_the_tag_has_moved()
    {
        await PushAsync(Base, "moved:1");
        await PushAsync(ImageMaker.Oci(Moved), "moved:1");
        (string, string?) name = (MarkedImage.Name, $"{Host}/moved:1");
        var byTag = await CreateAsync(Marked, Target.WithLabels(name));
        Assert.NotEqual(Base.Digest.ToString(), byTag.Images[0].BaselineManifestDigest);
        Assert.Contains($" is not built on docker://{Host}/moved:1 as it is now",
            Assert.Single(_log.Messages(EventLevel.Warning)), StringComparison.Ordinal);
        var byDigest = await CreateAsync(
            Marked, Target.WithLabels(name, (MarkedImage.BaseDigest, Base.Digest.ToString())));
        Assert.Equal($"docker://{Host}/moved@{Base.Digest}", byDigest.ChosenBaseline!.ToString());
        Assert.Equal(Base.Digest.ToString(), byDigest.Images[0].BaselineManifestDigest);
    }

    [SkippableFact]
    public async Task A_base_that_the_registry_lacks_is_an_error_that_names_it()
    {
        var e = await Assert.ThrowsAsync<DiffahException>(() => CreateAsync(
            Marked, Target.WithLabels((MarkedImage.Name, $"{Host}/none:1"))));
        Assert.Equal(DiffahErrors.RegistryNotFound, e.Error);
        Assert.StartsWith($"The baseline docker://{Host}/none:1 (label ", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_lab.Archive));
    }

    private static CreateDeltaRequest Marked(CreateDeltaRequest request) =>
        request with { IsBaselineFromImage = true };

    private async Task<DeltaArchive> CreateAsync(
        Func<CreateDeltaRequest, CreateDeltaRequest> change, MemoryImage target)
    {
        using var transports = TransportCatalog.Create(registry.Options);
        return await new CreateDelta(transports).RunAsync(change(new CreateDeltaRequest
        {
            Target = await StoreAsync(target),
            OutputPath = _lab.Archive,
            Encoding = DeltaLab.Quick,
            Overwrite = true,
        }), _log.Sink, default);
    }

    private async Task PushAsync(MemoryImage image, string name)
    {
        using var transports = TransportCatalog.Create(registry.Options);
        await new CopyImage(transports).RunAsync(new CopyImageRequest
        {
            Source = await StoreAsync(image),
            Destination = ImageReference.Parse($"docker://{Host}/{name}"),
        }, EventSink.None, default);
    }

    private async Task<ImageReference> StoreAsync(MemoryImage image)
    {
        var folder = ImageReference.Parse($"dir:{_lab.Folder[$"image-{image.Digest.ShortHex}"]}");
        await new CopyImage(_lab).RunAsync(new CopyImageRequest
        {
            Source = _lab.Put(image),
            Destination = folder,
            Overwrite = true,
        }, EventSink.None, default);
        return folder;
    }
}
