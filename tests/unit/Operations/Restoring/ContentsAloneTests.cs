using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Samples;
using Diffah.Tests.Support;

namespace Diffah.Tests.Operations.Restoring;

/// <summary>
/// A layer whose blob no recipe makes is not in the archive, and not in a baseline with plain layers. Whoever wants its
/// content alone has it from there.
/// </summary>
public sealed class ContentsAloneTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ContentsAloneTests() => ReadmeImages.Write(_folder.Path, 0.1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_blob_that_nothing_makes_is_missing_only_where_it_is_wanted()
    {
        await new CreateDelta(TransportCatalog.Default).RunAsync(
            new CreateDeltaRequest
            {
                Baseline = Reference("oci-archive", "app-v1.oci.tar"),
                Target = Reference("oci-archive", "app-v2.oci.tar"),
                OutputPath = _folder["delta.tar"],
            }, EventSink.None, default);
        var error = await Assert.ThrowsAsync<DiffahException>(() => RestoreAsync("oci-archive", "out.oci.tar"));
        Assert.Equal(DiffahErrors.BaselineMismatch, error.Error);
        var restored = await RestoreAsync("docker-archive", "out.tar");
        var promised = await IdOfAsync("oci-archive", "app-v2.oci.tar");
        Assert.Equal(promised, restored.ImageId);
        Assert.Equal(promised, await IdOfAsync("docker-archive", "out.tar"));
        Assert.DoesNotContain("out.oci.tar", _folder.Entries);
    }

    private Task<RestoredImage> RestoreAsync(string transport, string name) =>
        new RestoreImage(TransportCatalog.Default).RunAsync(
            new RestoreImageRequest
            {
                ArchivePath = _folder["delta.tar"],
                Baseline = Reference("docker-archive", "app-v1.tar"),
                Destination = Reference(transport, name),
                AllowConvert = true,
            }, EventSink.None, default);

    private async Task<string> IdOfAsync(string transport, string name) => (await new GetImage(TransportCatalog.Default)
        .RunAsync(Reference(transport, name), Platform.Default, EventSink.None, default)).ConfigDigest;

    private ImageReference Reference(string transport, string name) =>
        ImageReference.Parse($"{transport}:{_folder[name]}");
}
