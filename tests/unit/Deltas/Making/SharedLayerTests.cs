using System.Globalization;
using System.IO.Compression;
using System.Text;
using Diffah.Engine.Compression;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Making;

/// <summary>A layer that is used more than once is patched once, from what all who have it find.</summary>
public class SharedLayerTests
{
    private static readonly byte[] Text = Bytes.Text(1, 60_000);
    private static readonly byte[] Words = MakeWords();
    private static readonly LayerBytes Before = LayerBytes.Tar(("srv/text", Text));
    private static readonly LayerBytes After = LayerBytes.Tar(("srv/text", Bytes.Edited(Text)));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Images_on_one_changed_base_share_its_patch(int version)
    {
        using var lab = new BundleLab();
        NamedPair[] pairs =
            [.. Enumerable.Range(0, 3).Select(i => Pair($"svc-{i}", [Own(i), Before], [Own(i), After]))];
        var archive = ArchiveDraft.Read(await lab.BytesAsync(pairs, Options(version)));
        Assert.Equal(version == 1 ? Before.Digest.ToString() : null,
            (string?)archive.Blobs[After.Digest.ToString()]!["patch_from_digest"]);
        Assert.True(Stored(archive, version) < 2000, $"{Stored(archive, version)} bytes");
        await AssertRestoresAsync(lab, pairs);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_layer_that_one_image_has_twice_is_patched(int version)
    {
        using var lab = new BundleLab();
        NamedPair[] pairs = [Pair("svc", [Before, Own(1)], [After, Own(1), After])];
        var archive = ArchiveDraft.Read(await lab.BytesAsync(pairs, Options(version)));
        Assert.True(Stored(archive, version) < 2000, $"{Stored(archive, version)} bytes");
        await AssertRestoresAsync(lab, pairs);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_not_all_baselines_have_is_no_source(int version)
    {
        using var lab = new BundleLab();
        // What both have tells half of it; what one has tells all.
        var half = LayerBytes.Tar(("srv/text", Text[..30_000]));
        NamedPair[] pairs = [Pair("a", [Before, half], [After]), Pair("b", [half, Own(1)], [Own(1), After])];
        var archive = ArchiveDraft.Read(await lab.BytesAsync(pairs, Options(version)));
        Assert.DoesNotContain(Before.DiffId.ToString(), archive.Sidecar.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains(half.DiffId.ToString(), archive.Sidecar.ToJsonString(), StringComparison.Ordinal);
        await AssertRestoresAsync(lab, pairs);
    }

    [Theory]
    [InlineData(1, CompressionKind.None)]
    [InlineData(2, CompressionKind.None)]
    [InlineData(2, CompressionKind.Gzip)]
    public async Task A_layer_that_one_baseline_has_and_another_lacks_is_made_for_both(
        int version, CompressionKind compression)
    {
        using var lab = new BundleLab();
        var after = After.As(compression);
        NamedPair[] pairs = [Pair("a", [after, Before], [after, Own(1)]), Pair("b", [Before], [after])];
        var archive = ArchiveDraft.Read(await lab.BytesAsync(pairs, Options(version)));
        Assert.Equal(version == 1 ? "patch" : "content", (string?)archive.Blobs[after.Digest.ToString()]!["encoding"]);
        await AssertRestoresAsync(lab, pairs);
    }

    [Fact]
    public async Task Baselines_that_share_contents_alone_are_a_source_in_version_2()
    {
        using var lab = new BundleLab();
        NamedPair[] pairs = [Pair("a", [Before.As(CompressionKind.Gzip)], [After]), Pair("b", [Before], [After])];
        var archive = ArchiveDraft.Read(await lab.BytesAsync(pairs, Options(2)));
        Assert.True(Stored(archive, 2) < 2000, $"{Stored(archive, 2)} bytes");
        await AssertRestoresAsync(lab, pairs);

        archive = ArchiveDraft.Read(await lab.BytesAsync(pairs, Options(1)));
        Assert.Equal("full", (string?)archive.Blobs[After.Digest.ToString()]!["encoding"]);
        await AssertRestoresAsync(lab, pairs);
    }

    [Fact]
    public async Task Contents_and_recipes_are_stored_once()
    {
        using var lab = new BundleLab();
        var (plain, changed) = (
            LayerBytes.Tar(("srv/words", Words)), LayerBytes.Tar(("srv/words", Bytes.Edited(Words))));
        // Beside a gzip layer of a baseline the recipe would be short.
        var after = Flushed(changed);
        NamedPair[] pairs = [.. Enumerable.Range(0, 3).Select(i => Pair($"svc-{i}", [Own(i), plain],
            i % 2 == 0 ? [Own(i), after] : [Own(i), changed.As(CompressionKind.Gzip)]))];
        var alone = ArchiveDraft.Read(await lab.BytesAsync([pairs[0]], Options(2)));
        var archive = ArchiveDraft.Read(await lab.BytesAsync(pairs, Options(2)));

        Assert.Equal([changed.DiffId.ToString()], archive.Sidecar["contents"]!.AsObject().Select(c => c.Key));
        Assert.Equal(Entries(alone, "contents/"), Entries(archive, "contents/"));
        Assert.Single(Entries(archive, "contents/"));
        // A recipe that is too long for the sidecar.
        Assert.Equal(Entries(alone, "recipes/"), Entries(archive, "recipes/"));
        Assert.Equal($"recipes/{after.Digest.ToString().Replace(':', '/')}",
            Assert.Single(Entries(archive, "recipes/")).Name);
        await AssertRestoresAsync(lab, pairs);
    }

    // The fixtures' layers that changed have 13.0 MB as docker save wrote them.
    [SkippableTheory]
    [InlineData(1, 1_200_000)]
    [InlineData(2, 600_000)]
    public async Task Real_images_on_one_changed_base(int version, long most)
    {
        var (baseline, target) = (Fixtures.Path("web/web-v1.docker.tar"), Fixtures.Path("web/web-v2.docker.tar"));
        using var folder = new TemporaryFolder();
        var request = new CreateBundleRequest
        {
            Pairs =
            [
                new DeltaPair("one", Reference(baseline), Reference(target)),
                new DeltaPair("two", Reference(baseline), Reference(target)),
            ],
            OutputPath = folder["bundle.tar"],
            Encoding = Options(version) with { ZstdLevel = 12 },
            CreatedAt = DeltaLab.Time,
        };
        var archive = await new CreateBundle(TransportCatalog.Default).RunAsync(
            request, EventSink.None, CancellationToken.None);
        Assert.True(archive.ArchiveBytes <= most, $"{archive.ArchiveBytes} bytes");
        var restored = await new RestoreImage(TransportCatalog.Default).RunAsync(
            new RestoreImageRequest
            {
                ArchivePath = request.OutputPath,
                ImageName = "two",
                Baseline = Reference(baseline),
                Destination = Reference(folder["restored.tar"]),
            }, EventSink.None, CancellationToken.None);
        Assert.Equal(archive.Images[1].TargetManifestDigest, restored.ManifestDigest);

        static ImageReference Reference(string path) => ImageReference.Parse($"docker-archive:{path}");
    }

    private static EncodingOptions Options(int version) => DeltaLab.Quick with { FormatVersion = version };

    private static LayerBytes Own(int seed) => LayerBytes.Tar(("etc/own", Bytes.Random(100 + seed, 400)));

    private static NamedPair Pair(string name, LayerBytes[] baseline, LayerBytes[] target) =>
        new(name, ImageMaker.Make(false, baseline, $"{name} v1"), ImageMaker.Make(false, target, $"{name} v2"));

    /// <summary>As a writer compresses that flushes often: its recipe says where.</summary>
    private static LayerBytes Flushed(LayerBytes plain)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.SmallestSize))
        {
            for (var rest = plain.Stored.AsMemory(); rest.Length > 0;)
            {
                var written = rest[..Math.Min(rest.Length, 500)];
                gzip.Write(written.Span);
                gzip.Flush();
                rest = rest[written.Length..];
            }
        }
        return plain with { Compression = CompressionKind.Gzip, Stored = bytes.ToArray() };
    }

    private static byte[] MakeWords()
    {
        var random = new Random(7);
        var words = Enumerable.Range(0, 20_000).Select(_ => random.Next(50) * random.Next(50));
        return Encoding.ASCII.GetBytes(
            string.Join(' ', words.Select(w => w.ToString("x", CultureInfo.InvariantCulture))));
    }

    private static IEnumerable<(string Name, string Content)> Entries(ArchiveDraft archive, string folder) =>
        archive.Entries.Where(e => e.Name.StartsWith(folder, StringComparison.Ordinal))
            .Select(e => (e.Name, Convert.ToHexString(e.Content)));

    /// <summary>Bytes of the shared layer in the archive: its patch, or the patch of its content.</summary>
    private static long Stored(ArchiveDraft archive, int version)
    {
        var patch = version == 1
            ? archive.Blobs[After.Digest.ToString()]
            : archive.Sidecar["contents"]![After.DiffId.ToString()];
        return patch!["archive_size"]!.GetValue<long>();
    }

    /// <summary>Restores all images together, and each alone from its own baseline.</summary>
    private static async Task AssertRestoresAsync(BundleLab lab, NamedPair[] pairs)
    {
        await lab.RestoreAsync(lab.RestoreRequest(pairs, strict: true));
        Assert.All(pairs, p => p.Target.AssertSame(lab.Find(p.Name)!));
        lab.ForgetRestored();
        foreach (var pair in pairs)
        {
            var request = lab.RestoreRequest([pair]) with { Names = [pair.Name] };
            var outcome = Assert.Single(await lab.RestoreAsync(request));
            Assert.Equal(RestoreStatus.Restored, outcome.Status);
            pair.Target.AssertSame(lab.Find(pair.Name)!);
            lab.ForgetRestored();
        }
        lab.AssertTidy();
    }
}
