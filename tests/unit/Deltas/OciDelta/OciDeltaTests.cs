using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.OciDelta;

/// <summary>
/// Deltas of containers/oci-delta; tests/vectors/oci-delta/README.md says who made the one here. The digests are of
/// what it was made of.
/// </summary>
public sealed class OciDeltaTests : IDisposable
{
    private const string Original = "sha256:b022da9333c2c498a8161ee5f9d9daa159363514e87fe8e77775ca890337f822";
    private const string ImageId = "sha256:ea776bd3c8c563a39d7d2e5b86929ff50f16c7fb86fb5c868a8daa67409b01c4";
    private const string Base = "sha256:d644cc7363422221463ca18bdfe2136b473c55b26e1feaa228d832d2a2812b1b";
    private const string Patched = "sha256:5ab5fd66eaa718c289301502a873e2e212ceddaf61990f5351e253b50371805e";
    private const string Content = "sha256:64aae63c5174fb1429c16675068741a8dcc985d742a038a45746569e6f6fef17";
    private const string Whole = "sha256:1a3d15ee369e98edc08df320d6ffd79abfaee2c34168360e27fac3299d21b5b5";

    private static readonly string Vectors = Path.Combine(Repository.Root, "tests", "vectors", "oci-delta");

    private readonly TemporaryFolder _folder = new();

    private string Restored => _folder["restored.tar"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_image_keeps_its_id_and_its_contents_and_what_changed_is_told()
    {
        var restored = await RestoreAsync(Request());
        Assert.Equal((3, 1, 1, 1), (restored.LayerCount, restored.BaselineLayerCount, restored.PatchedLayerCount,
            restored.FullLayerCount));
        Assert.Equal(ImageId, restored.ImageId);
        var conversion = restored.Conversion!;
        Assert.Equal((Original, restored.ManifestDigest),
            (conversion.OriginalManifestDigest, conversion.ManifestDigest));
        Assert.Equal([Base, Patched, Whole], conversion.Layers.Select(l => l.OriginalDigest));
        // A plain layer's digest is that of its content.
        Assert.Equal([Base, Content, Whole], conversion.Layers.Select(l => l.Digest));
        var read = await new GetImage(TransportCatalog.Default).RunAsync(
            Reference(Restored), Platform.Default, EventSink.None, default);
        Assert.Equal(restored.ManifestDigest, read.Digest);
    }

    [Fact]
    public async Task Without_leave_to_convert_nothing_is_written()
    {
        var error = await Errors.ThrowsAsync(
            DiffahErrors.ConversionRefused, () => RestoreAsync(Request() with { AllowConvert = false }));
        Assert.Contains("AllowConvert (--allow-convert)", error.NextAction, StringComparison.Ordinal);
        Assert.False(File.Exists(Restored));
    }

    [Fact]
    public async Task Another_baseline_is_refused()
    {
        await RestoreAsync(Request());
        var other = Reference(Restored);
        await Errors.ThrowsAsync(DiffahErrors.BaselineMismatch, () => RestoreAsync(
            Request() with { Baseline = other, Destination = Reference(_folder["again.tar"]) }));
        Assert.False(File.Exists(_folder["again.tar"]));
    }

    [Fact]
    public async Task What_it_would_do_is_not_told_before_it_is_done() => await Errors.ThrowsAsync(
        DiffahErrors.InvalidArgument,
        () => new RestoreImage(TransportCatalog.Default).PlanAsync(Request(), EventSink.None, default));

    [Fact]
    public async Task A_key_is_refused_since_nothing_could_be_verified() => await Errors.ThrowsAsync(
        DiffahErrors.SignatureMissing,
        () => RestoreAsync(Request() with { VerificationKeyPath = _folder["key.pub"] }));

    /// <summary>A layout that is no delta is told as what it is.</summary>
    [Fact]
    public async Task An_image_is_no_delta()
    {
        var error = await Errors.ThrowsAsync(DiffahErrors.ArchiveInvalid,
            () => RestoreAsync(Request() with { ArchivePath = Path.Combine(Vectors, "old.oci.tar") }));
        Assert.Contains("it is an image, which oci-archive", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Each byte of the file damaged in turn: an error of content, and nothing is left behind.</summary>
    [Fact]
    public async Task Damage_anywhere_is_found_or_does_not_matter()
    {
        var bytes = await File.ReadAllBytesAsync(Path.Combine(Vectors, "update.oci-delta"));
        var damaged = _folder["damaged.oci-delta"];
        for (var at = 0; at < bytes.Length; at += 397)
        {
            bytes[at] ^= 0x15;
            await File.WriteAllBytesAsync(damaged, bytes);
            bytes[at] ^= 0x15;
            try
            {
                Assert.Equal(ImageId, (await RestoreAsync(
                    Request() with { ArchivePath = damaged, Overwrite = true })).ImageId);
            }
            catch (DiffahException e)
            {
                Errors.AssertHelpful(e);
            }
            Assert.Equal(["damaged.oci-delta", "restored.tar"],
                Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName)
                    .Append("restored.tar").Distinct().Order());
        }
    }

    private RestoreImageRequest Request() => new()
    {
        ArchivePath = Path.Combine(Vectors, "update.oci-delta"),
        Baseline = Reference(Path.Combine(Vectors, "old.oci.tar")),
        Destination = Reference(Restored),
        AllowConvert = true,
    };

    private static Task<RestoredImage> RestoreAsync(RestoreImageRequest request) =>
        new RestoreImage(TransportCatalog.Default).RunAsync(request, EventSink.None, default);

    private static ImageReference Reference(string path) => ImageReference.Parse($"oci-archive:{path}");
}
