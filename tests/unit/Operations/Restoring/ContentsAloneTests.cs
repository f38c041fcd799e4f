using Diffah.Engine.Compression;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Tests.Deltas.Support;

namespace Diffah.Tests.Operations.Restoring;

/// <summary>
/// A layer whose blob no recipe makes is not in the archive, and not in a baseline with plain layers. Whoever wants its
/// content alone has it from there.
/// </summary>
public sealed class ContentsAloneTests : IDisposable
{
    private static readonly LayerBytes Kept = LayerBytes.Tar(("etc/kept", Bytes.Text(3, 5000)));
    private static readonly LayerBytes Before = LayerBytes.Tar(("bin/program", Bytes.Text(4, 90_000)));
    private static readonly LayerBytes After = LayerBytes.Tar(
        ("bin/program", Bytes.Text(4, 90_000)), ("etc/new", Bytes.Text(5, 900)));

    private readonly BundleLab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task A_blob_that_nothing_makes_is_missing_only_where_it_is_wanted()
    {
        var kept = await Kept.AsBzip2Async();
        var target = ImageMaker.Oci(kept, After.As(CompressionKind.Gzip));
        NamedPair pair = new("svc", ImageMaker.Oci(kept, Before.As(CompressionKind.Gzip)), target);
        await _lab.CreateAsync([pair]);
        var plain = _lab.Put(ImageMaker.Oci(Kept, Before));

        var error = await Assert.ThrowsAsync<DiffahException>(
            () => RestoreAsync(plain, $"oci-archive:{_lab.Folder["out/out.oci.tar"]}"));
        Assert.Equal(DiffahErrors.BaselineMismatch, error.Error);
        Assert.Contains(kept.Digest.ToString(), error.Message, StringComparison.Ordinal);
        _lab.AssertTidy();

        var archive = $"docker-archive:{_lab.Folder["out/out.tar"]}";
        var restored = await RestoreAsync(plain, archive);
        var promised = target.Manifest.Config.Digest.ToString();
        Assert.Equal(promised, restored.ImageId);
        var read = await new GetImage(_lab).RunAsync(
            ImageReference.Parse(archive), Platform.Default, EventSink.None, default);
        Assert.Equal(promised, read.ConfigDigest);
    }

    private Task<RestoredImage> RestoreAsync(ImageReference baseline, string destination) =>
        new RestoreImage(_lab).RunAsync(
            new RestoreImageRequest
            {
                ArchivePath = _lab.Archive,
                Baseline = baseline,
                Destination = ImageReference.Parse(destination),
                AllowConvert = true,
                WorkDirectory = _lab.Work,
            }, EventSink.None, default);
}
