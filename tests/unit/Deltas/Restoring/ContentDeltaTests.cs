using System.IO.Compression;
using Diffah.Engine.Compression;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Tests.Deltas.Support;

namespace Diffah.Tests.Deltas.Restoring;

/// <summary>Deltas of contents: what the baseline has in another form serves as well.</summary>
public class ContentDeltaTests
{
    private static readonly EncodingOptions Options = DeltaLab.Quick with { FormatVersion = 2 };
    private static readonly byte[] Library = Bytes.Random(1, 60_000);
    private static readonly byte[] Program = Bytes.Text(2, 90_000);

    private static readonly LayerBytes Kept = LayerBytes.Tar(("etc/kept", Bytes.Text(3, 5000)));
    private static readonly LayerBytes Before = LayerBytes.Tar(("usr/lib/library", Library), ("bin/program", Program));
    private static readonly LayerBytes After =
        LayerBytes.Tar(("usr/lib/library", Library), ("bin/program", Bytes.Edited(Program)));

    [Theory]
    [InlineData(CompressionKind.None)]
    [InlineData(CompressionKind.Gzip)]
    [InlineData(CompressionKind.Zstd)]
    public async Task A_baseline_in_another_form_serves_as_well(CompressionKind form)
    {
        using var lab = new DeltaLab();
        var target = ImageMaker.Oci(Gzip(Kept), Gzip(After));
        await lab.CreateAsync(ImageMaker.Oci(Gzip(Kept), Gzip(Before)), target, Options);
        var other = ImageMaker.Docker(Kept.As(form), LayerBytes.Tar(("new", [1])).As(form), Before.As(form));
        target.AssertSame(await lab.RestoreAsync(other));
        lab.AssertTidy();
    }

    [Theory]
    [InlineData(EncodingEffort.Fast)]
    [InlineData(EncodingEffort.Compact)]
    [InlineData(EncodingEffort.Full)]
    public async Task Whatever_the_effort_the_target_is_restored(EncodingEffort effort)
    {
        using var lab = new DeltaLab();
        var (baseline, target) = (ImageMaker.Oci(Gzip(Kept), Gzip(Before)), ImageMaker.Oci(Gzip(Kept), Gzip(After)));
        await lab.CreateAsync(baseline, target, Options with { Effort = effort });
        Assert.Single((await SidecarAsync(lab)).Contents);
        target.AssertSame(await lab.RestoreAsync(baseline));
        lab.AssertTidy();
    }

    [Fact]
    public async Task A_fast_patch_of_a_content_is_compressed_with_zstd()
    {
        using var lab = new DeltaLab();
        var (baseline, target) = (ImageMaker.Oci(Gzip(Kept), Gzip(Before)), ImageMaker.Oci(Gzip(Kept), Gzip(After)));
        await lab.CreateAsync(baseline, target, Options with { Effort = EncodingEffort.Fast });
        Assert.Equal("files-zstd", Assert.Single((await SidecarAsync(lab)).Contents).Value.Codec);
    }

    [Fact]
    public async Task A_squashed_baseline_tells_the_files_of_many_layers()
    {
        using var lab = new DeltaLab();
        var baseline = ImageMaker.Oci(Gzip(LayerBytes.Tar(
            ("etc/kept", Bytes.Text(3, 5000)), ("usr/lib/library", Library), ("bin/program", Program))));
        var target = ImageMaker.Oci(Gzip(Kept), Gzip(After));
        var archive = await lab.CreateAsync(baseline, target, Options);
        Assert.True(archive.PatchBytes < 3000, $"{archive.PatchBytes} bytes");
        target.AssertSame(await lab.RestoreAsync(baseline));
    }

    [Fact]
    public async Task A_layer_that_is_only_compressed_otherwise_needs_no_patch()
    {
        using var lab = new DeltaLab();
        var (baseline, target) = (ImageMaker.Oci(Kept, Before), ImageMaker.Oci(Gzip(Kept), Gzip(Before)));
        await lab.CreateAsync(baseline, target, Options);
        var sidecar = await SidecarAsync(lab);
        Assert.Empty(sidecar.Contents);
        Assert.Equal(2, sidecar.Blobs.Values.Count(b => b.Form is not null));
        target.AssertSame(await lab.RestoreAsync(baseline));
    }

    [Fact]
    public async Task A_layer_that_nobody_compresses_again_travels_as_in_version_1()
    {
        using var lab = new DeltaLab();
        var (baseline, target) = (
            ImageMaker.Oci(await Before.AsBzip2Async()), ImageMaker.Oci(await After.AsBzip2Async()));
        await lab.CreateAsync(baseline, target, Options);
        Assert.All((await SidecarAsync(lab)).Blobs.Values, b => Assert.Null(b.Form));
        target.AssertSame(await lab.RestoreAsync(baseline));
    }

    [Fact]
    public async Task What_the_baseline_lacks_is_named_before_a_layer_is_read()
    {
        using var lab = new DeltaLab();
        await lab.CreateAsync(
            ImageMaker.Oci(Gzip(Kept), Gzip(Before)), ImageMaker.Oci(Gzip(Kept), Gzip(After)), Options);
        var read = lab.Images.Opened.Values.Sum();
        var error = await lab.RestoreFailsAsync(ImageMaker.Oci(Gzip(Kept)), DiffahErrors.BaselineMismatch);
        Assert.Contains(Before.DiffId.ToString(), error.Message, StringComparison.Ordinal);
        // The configurations of baseline and target are.
        Assert.True(lab.Images.Opened.Values.Sum() <= read + 2);
        Assert.Equal(1, lab.Images.Opened[Gzip(Kept).Digest]);
    }

    [Fact]
    public async Task A_configuration_may_say_what_it_likes_of_contents()
    {
        using var lab = new DeltaLab();
        var wrong = LayerBytes.Raw([9]).DiffId;
        var baseline = ImageMaker.Oci(Gzip(Kept), Gzip(Before) with { DiffId = wrong });
        var target = ImageMaker.Oci(Gzip(Kept), Gzip(After) with { DiffId = wrong });
        await lab.CreateAsync(baseline, target, Options);
        Assert.Equal([After.DiffId], (await SidecarAsync(lab)).Contents.Keys);
        target.AssertSame(await lab.RestoreAsync(baseline));
    }

    [Fact]
    public async Task A_destination_with_plain_layers_gets_the_contents()
    {
        using var lab = new BundleLab();
        NamedPair[] pairs = [new("svc", ImageMaker.Docker(Gzip(Kept), Gzip(Before)),
            ImageMaker.Docker(Gzip(Kept), Gzip(After)))];
        await lab.CreateAsync(pairs, Options);
        var request = lab.RestoreRequest(pairs);
        var path = lab.Folder["out/restored.tar"];
        await new RestoreImage(lab).RunAsync(
            new RestoreImageRequest
            {
                ArchivePath = lab.Archive,
                Baseline = request.Baselines["svc"],
                Destination = Engine.Images.ImageReference.Parse($"docker-archive:{path}"),
                AllowConvert = true,
                WorkDirectory = lab.Work
            }, EventSink.None, CancellationToken.None);
        var entries = EntriesOf(await File.ReadAllBytesAsync(path));
        Assert.Contains(entries, e => e.SequenceEqual(Kept.Stored));
        Assert.Contains(entries, e => e.SequenceEqual(After.Stored));
    }

    [Fact]
    public async Task Without_a_time_that_is_given_the_same_images_give_the_same_bytes()
    {
        using var lab = new DeltaLab();
        var request = lab.CreateRequest(
            ImageMaker.Oci(Gzip(Before)), ImageMaker.Oci(Gzip(After)), Options) with
        { CreatedAt = null };
        await new CreateDelta(lab.Images).RunAsync(request, EventSink.None, CancellationToken.None);
        var first = await File.ReadAllBytesAsync(lab.Archive);
        await new CreateDelta(lab.Images).RunAsync(request, EventSink.None, CancellationToken.None);
        Assert.Equal(first, await File.ReadAllBytesAsync(lab.Archive));
    }

    [Fact]
    public async Task Checking_finds_an_archive_right_with_its_baseline_and_without()
    {
        using var lab = new DeltaLab();
        var baseline = ImageMaker.Oci(Gzip(Kept), Gzip(Before));
        await lab.CreateAsync(baseline, ImageMaker.Oci(Gzip(Kept), Gzip(After)), Options);
        foreach (var reference in new[] { null, lab.Images.Put("baseline", baseline) })
        {
            var found = await new VerifyArchive(lab.Images).RunAsync(
                new VerifyArchiveRequest
                {
                    ArchivePath = lab.Archive,
                    Baseline = reference,
                    WorkDirectory = lab.Work
                }, EventSink.None, CancellationToken.None);
            Assert.True(found.IsValid, string.Join('\n', found.Findings));
            Assert.Contains(found.Findings, f => f.Check == "content" && f.Subject == After.DiffId.ToString());
        }
        lab.AssertTidy();
    }

    [Fact]
    public async Task A_changed_byte_anywhere_is_found_or_harmless()
    {
        using var lab = new DeltaLab();
        var text = Bytes.Text(7, 3000);
        var (kept, before) = (LayerBytes.Tar(("kept", Bytes.Text(6, 40))), LayerBytes.Tar(("a", text)));
        var baseline = ImageMaker.Oci(Gzip(kept), Gzip(before));
        var target = ImageMaker.Oci(Gzip(kept), Gzip(LayerBytes.Tar(("a", Bytes.Edited(text)))));
        var archive = await lab.BytesAsync(baseline, target, Options);
        Assert.NotEmpty((await SidecarAsync(lab)).Contents);
        var refused = 0;
        for (var at = 0; at < archive.Length; at += 3)
        {
            var damaged = archive.ToArray();
            damaged[at] ^= (byte)(1 << (at % 8));
            await File.WriteAllBytesAsync(lab.Archive, damaged);
            try
            {
                target.AssertSame(await lab.RestoreAsync(baseline));
                lab.AssertTidy();
            }
            catch (DiffahException e)
            {
                Assert.True(e.Error.Category is DiffahErrorCategory.Content or DiffahErrorCategory.User,
                    $"byte {at}: {e.Error.Code}: {e.Message}");
                Errors.AssertHelpful(e);
                lab.AssertNothingLeft();
                refused++;
            }
        }
        Assert.True(refused > 500, $"{refused} refused");
    }

    private static List<byte[]> EntriesOf(byte[] archive)
    {
        using var tar = new System.Formats.Tar.TarReader(new MemoryStream(archive));
        var entries = new List<byte[]>();
        while (tar.GetNextEntry(copyData: true) is { } entry)
        {
            using var content = new MemoryStream();
            entry.DataStream?.CopyTo(content);
            entries.Add(content.ToArray());
        }
        return entries;
    }

    private static LayerBytes Gzip(LayerBytes plain)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.NoCompression))
            gzip.Write(plain.Stored);
        return plain with { Compression = CompressionKind.Gzip, Stored = bytes.ToArray() };
    }

    private static async Task<ArchiveManifest> SidecarAsync(DeltaLab lab) => Sidecars.Read(
        await ArchiveOpening.ReadSidecarAsync(lab.Archive, CancellationToken.None), EventSink.None);
}
