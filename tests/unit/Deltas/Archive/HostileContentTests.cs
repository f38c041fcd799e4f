using System.Buffers.Binary;
using System.Text;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Tests.Deltas.Support;

namespace Diffah.Tests.Deltas.Archive;

/// <summary>Archives that are well-formed, and hold something else than they say.</summary>
public class HostileContentTests
{
    private const long GiB = 1L << 30;

    [Fact]
    public async Task A_whole_blob_of_other_bytes() =>
        await RefusesAsync(
            DiffahErrors.DigestMismatch, d => d.Store(d.FullLayer.Key, Bytes.Edited(d.Content(d.FullLayer.Key))));

    [Fact]
    public async Task A_manifest_of_other_bytes() => await RefusesAsync(DiffahErrors.DigestMismatch, d =>
    {
        var digest = d.Target["manifest_digest"]!.GetValue<string>();
        d.Store(digest, Bytes.Edited(d.Content(digest)));
    });

    [Fact]
    public async Task A_configuration_of_other_bytes() => await RefusesAsync(DiffahErrors.DigestMismatch, d =>
    {
        var digest = Config(d);
        d.Store(digest, Bytes.Edited(d.Content(digest)));
    });

    [Fact]
    public async Task A_patch_with_something_behind_it() =>
        await RefusesAsync(DiffahErrors.PatchInvalid, d => d.Store(d.Patch.Key, [.. d.Content(d.Patch.Key), 0]));

    [Fact]
    public async Task A_patch_with_an_empty_frame_behind_it() =>
        await RefusesAsync(
            DiffahErrors.PatchInvalid, d => d.Store(d.Patch.Key, [.. d.Content(d.Patch.Key), .. LayerBytes.Zstd([])]));

    [Fact]
    public async Task A_patch_with_an_empty_frame_before_it() =>
        await RefusesAnyAsync(d => d.Store(d.Patch.Key, [.. LayerBytes.Zstd([]), .. d.Content(d.Patch.Key)]));

    [Fact]
    public async Task A_patch_cut_short() =>
        await RefusesAsync(DiffahErrors.PatchInvalid, d => d.Store(d.Patch.Key, d.Content(d.Patch.Key)[..^1]));

    [Fact]
    public async Task A_patch_of_nothing_known() =>
        await RefusesAsync(DiffahErrors.PatchInvalid, d => d.Store(d.Patch.Key, Bytes.Random(1, 50)));

    [Fact]
    public async Task A_patch_with_a_window_over_the_limit() =>
        await RefusesAsync(
            DiffahErrors.PatchInvalid, d => d.Store(d.Patch.Key, [0x28, 0xB5, 0x2F, 0xFD, 0, 0xFF, 0, 0, 0]));

    [Fact]
    public async Task A_patch_from_another_layer_of_the_baseline() => await RefusesAnyAsync(d =>
        d.Patch.Value["patch_from_digest"] = Pairs.Mixed().Baseline.Manifest.Layers[2].Digest.ToString());

    [Fact]
    public async Task A_patch_that_ends_early() =>
        await RefusesAsync(DiffahErrors.SizeMismatch, d => d.Store(d.Patch.Key, LayerBytes.Zstd([1, 2, 3])));

    [Fact]
    public async Task A_patch_that_does_not_end_stops_at_the_promised_size() =>
        await RefusesAsync(
            DiffahErrors.SizeMismatch, d => d.Store(d.Patch.Key, Bomb(d.Patch.Value["size"]!.GetValue<int>() - 100)));

    [Fact]
    public async Task A_patch_that_writes_a_huge_size_into_its_header()
    {
        var header = new byte[] { 0x28, 0xB5, 0x2F, 0xFD, 0xE0, 0, 0, 0, 0, 0, 0, 0, 0 };
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(5), 1L << 50);
        await RefusesAnyAsync(d => d.Store(d.Patch.Key, [.. header, .. Enumerable.Repeat((byte)0, 20)]));
    }

    [Fact]
    public async Task A_manifest_that_is_no_JSON() =>
        await RefusesAsync(DiffahErrors.InvalidManifest, d => d.ReplaceManifest("{"u8.ToArray()));

    [Fact]
    public async Task A_manifest_that_is_nested_deep() =>
        await RefusesAsync(DiffahErrors.InvalidManifest,
            d => d.ReplaceManifest(Encoding.ASCII.GetBytes(new string('[', 50_000) + new string(']', 50_000))));

    [Fact]
    public async Task A_manifest_that_is_not_Unicode() =>
        await RefusesAsync(DiffahErrors.InvalidManifest,
            d => d.ReplaceManifest([.. "{\"schemaVersion\":2,\"config\":{\"mediaType\":\""u8, 0xFF, .. "\"}}"u8]));

    [Fact]
    public async Task A_manifest_with_half_a_surrogate_pair() =>
        await RefusesAsync(DiffahErrors.InvalidManifest,
            d => d.ReplaceManifest("{\"config\":{\"mediaType\":\"\\ud800\",\"digest\":\"\",\"size\":1}}"u8.ToArray()));

    [Fact]
    public async Task A_manifest_that_is_an_index() =>
        await RefusesAsync(DiffahErrors.InvalidManifest, d => d.Target["media_type"] = MediaTypes.OciIndex);

    [Fact]
    public async Task A_manifest_without_a_configuration() =>
        await RefusesAsync(DiffahErrors.InvalidManifest, d => d.EditManifest(m => m.Remove("config")));

    [Fact]
    public async Task A_manifest_over_the_limit() => await RefusesAsync(DiffahErrors.SizeMismatch, d =>
    {
        var manifest = d.Content(d.Target["manifest_digest"]!.GetValue<string>());
        d.ReplaceManifest([.. manifest, .. Encoding.ASCII.GetBytes(new string(' ', RawManifest.MaximumSize))]);
    });

    [Fact]
    public async Task A_manifest_with_a_layer_of_negative_size() =>
        await RefusesAsync(DiffahErrors.InvalidManifest, d => d.EditManifest(m => m["layers"]![0]!["size"] = -1));

    [Fact]
    public async Task A_manifest_with_a_layer_that_is_nowhere() => await RefusesAsync(DiffahErrors.ArchiveInvalid,
        d => d.EditManifest(m => m["layers"]![0]!["digest"] = Digest.Compute([7]).ToString()));

    [Fact]
    public async Task A_manifest_that_lies_about_the_size_of_a_layer_of_the_baseline() =>
        await RefusesAnyAsync(d => d.EditManifest(m => m["layers"]![0]!["size"] = 1));

    [Fact]
    public async Task A_configuration_over_the_limit() =>
        await RefusesAnyAsync(d => d.EditManifest(m => m["config"]!["size"] = ImageConfig.MaximumSize + 1));

    [Fact]
    public async Task A_configuration_that_is_no_JSON() => await RefusesAsync(DiffahErrors.InvalidManifest, d =>
    {
        d.Drop(Config(d));
        var digest = d.Add("nonsense"u8.ToArray(), MediaTypes.OciConfig);
        d.EditManifest(m => (m["config"]!["digest"], m["config"]!["size"]) = (digest, 8));
    });

    [Fact]
    public async Task A_baseline_that_is_damaged()
    {
        using var lab = new DeltaLab { Options = DeltaLab.QuickV1 };
        var (baseline, target) = Pairs.Mixed();
        await lab.CreateAsync(baseline, target);
        foreach (var layer in new[] { 0, 1 })
        {
            var digest = baseline.Manifest.Layers[layer].Digest;
            await lab.RestoreFailsAsync(
                baseline with { Blobs = baseline.Blobs.SetItem(digest, Bytes.Edited(baseline.Blobs[digest])) },
                DiffahErrors.DigestMismatch);
            await lab.RestoreFailsAsync(
                baseline with { Blobs = baseline.Blobs.SetItem(digest, baseline.Blobs[digest][..^1]) },
                DiffahErrors.SizeMismatch);
            await lab.RestoreFailsAsync(
                baseline with { Blobs = baseline.Blobs.Remove(digest) }, DiffahErrors.BlobMissing);
        }
    }

    [Fact]
    public async Task A_wrapped_archive_that_does_not_end()
    {
        using var lab = new DeltaLab { Options = DeltaLab.QuickV1 };
        var (baseline, target) = Pairs.Mixed();
        var archive = await lab.BytesAsync(baseline, target);
        await File.WriteAllBytesAsync(lab.Archive, [.. LayerBytes.Zstd(archive), .. Bomb(16 * 1024)]);
        var e = await lab.RestoreFailsAsync(baseline, DiffahErrors.ArchiveInvalid);
        Assert.Contains("decompresses to more", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrapped_archive_whose_sidecar_promises_the_endless()
    {
        using var lab = new DeltaLab { Options = DeltaLab.QuickV1 };
        var (baseline, target) = Pairs.Mixed();
        var draft = ArchiveDraft.Read(await lab.BytesAsync(baseline, target));
        // The sidecar may list terabytes; the container still ends where the stream does.
        foreach (var blob in draft.Blobs.Where(b => b.Value!["encoding"]!.GetValue<string>() == "full"))
            (blob.Value!["size"], blob.Value["archive_size"]) = (1L << 44, 1L << 44);
        draft.Target["manifest_size"] = 1L << 44;
        await File.WriteAllBytesAsync(lab.Archive, LayerBytes.Zstd(draft.Write()));
        await lab.RestoreFailsAsync(baseline, DiffahErrors.ArchiveInvalid);
    }

    [Fact]
    public async Task A_wrapped_bomb_without_a_sidecar()
    {
        using var lab = new DeltaLab { Options = DeltaLab.QuickV1 };
        var (baseline, target) = Pairs.Mixed();
        await lab.CreateAsync(baseline, target);
        await File.WriteAllBytesAsync(lab.Archive, Bomb(16 * 1024));
        await lab.RestoreFailsAsync(baseline, DiffahErrors.ArchiveInvalid);
    }

    [Fact]
    public async Task An_archive_wrapped_twice()
    {
        using var lab = new DeltaLab { Options = DeltaLab.QuickV1 };
        var (baseline, target) = Pairs.Mixed();
        var archive = await lab.BytesAsync(baseline, target);
        await File.WriteAllBytesAsync(lab.Archive, LayerBytes.Zstd(LayerBytes.Zstd(archive)));
        await lab.RestoreFailsAsync(baseline, DiffahErrors.ArchiveInvalid);
    }

    [Fact]
    public async Task A_wrapped_huge_pax_header()
    {
        using var lab = new DeltaLab { Options = DeltaLab.QuickV1 };
        var (baseline, _) = Pairs.Mixed();
        var tar = RawTar.Write([RawEntry.Pax(("path", "a")) with { SizeField = RawEntry.Octal(2_000_000_000) }]);
        await File.WriteAllBytesAsync(lab.Archive, [.. LayerBytes.Zstd(tar), .. Bomb(16 * 1024)]);
        var e = await lab.RestoreFailsAsync(baseline, DiffahErrors.ArchiveInvalid);
        Assert.Contains("extended header claims", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_layer_with_a_huge_pax_header_is_no_tar_to_the_ranking()
    {
        using var lab = new DeltaLab { Options = DeltaLab.QuickV1 };
        var trap =
            LayerBytes.Raw(
                [.. RawTar.Header(RawEntry.Pax(("path", "a")) with { SizeField = RawEntry.Octal(2_000_000_000) }),
                    .. Bytes.Random(1, 3000)]);
        var (baseline, target) = (ImageMaker.Oci(trap), ImageMaker.Oci(LayerBytes.Raw(Bytes.Edited(trap.Stored))));
        await lab.CreateAsync(baseline, target);
        target.AssertSame(await lab.RestoreAsync(baseline));
    }

    /// <summary>
    /// A zstd frame of 128 KiB of zeros in each four bytes (RFC 8878 §3.1.1.2, blocks that repeat a byte), without a
    /// size in its header.
    /// </summary>
    private static byte[] Bomb(int length)
    {
        const int blockSize = 128 * 1024;
        var frame = new List<byte> { 0x28, 0xB5, 0x2F, 0xFD, 0, 0x38 };
        while (frame.Count + 4 <= length)
        {
            var last = frame.Count + 8 > length ? 1 : 0;
            var header = last | (1 << 1) | (blockSize << 3);
            frame.AddRange([(byte)header, (byte)(header >> 8), (byte)(header >> 16), 0]);
        }
        Assert.True((frame.Count / 4L * blockSize) > GiB / 8);
        return [.. frame];
    }

    private static string Config(ArchiveDraft draft) =>
        draft.Blobs.First(b => b.Value!["media_type"]!.GetValue<string>() == MediaTypes.OciConfig).Key;

    private static async Task<DiffahException> RefusesAsync(DiffahError expected, Action<ArchiveDraft> change)
    {
        var e = await RefusesAnyAsync(change);
        Assert.True(e.Error == expected, $"expected {expected.Code}, got {e.Error.Code}: {e.Message}");
        return e;
    }

    private static async Task<DiffahException> RefusesAnyAsync(Action<ArchiveDraft> change)
    {
        using var lab = new DeltaLab { Options = DeltaLab.QuickV1 };
        var (baseline, target) = Pairs.Mixed();
        var draft = ArchiveDraft.Read(await lab.BytesAsync(baseline, target));
        change(draft);
        await File.WriteAllBytesAsync(lab.Archive, draft.Write());
        var e = await Assert.ThrowsAsync<DiffahException>(() => lab.RestoreAsync(baseline));
        Assert.Equal(DiffahErrorCategory.Content, e.Error.Category);
        Errors.AssertHelpful(e);
        lab.AssertNothingLeft();
        return e;
    }
}
