using System.Text;
using Diffah.Engine.Compression;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Diagnostics;
using Diffah.Tests.Deltas.Support;

namespace Diffah.Tests.Deltas.Restoring;

/// <summary>Layers that are compressed with zstd, and gzip layers whose encoder nobody knows.</summary>
public class CompressedLayerTests
{
    private static readonly EncodingOptions Options = DeltaLab.Quick with { FormatVersion = 2 };
    private static readonly byte[] Library = Words(1, 80_000);
    private static readonly byte[] Program = Bytes.Text(2, 90_000);

    private static readonly LayerBytes Before = LayerBytes.Tar(("usr/lib/library", Library), ("bin/program", Program));
    private static readonly LayerBytes After =
        LayerBytes.Tar(("usr/lib/library", Library), ("bin/program", Bytes.Edited(Program)));

    [Theory]
    [InlineData(CompressionKind.None)]
    [InlineData(CompressionKind.Gzip)]
    [InlineData(CompressionKind.Zstd)]
    public async Task A_zstd_layer_travels_by_its_content(CompressionKind form)
    {
        using var lab = new DeltaLab();
        var target = ImageMaker.Oci(After.As(CompressionKind.Zstd));
        var archive = await lab.CreateAsync(ImageMaker.Oci(Before.As(CompressionKind.Zstd)), target, Options);
        var wrapping = await WrappingAsync(lab);
        Assert.Equal((WrappingKind.Zstd, null), (wrapping.Kind, wrapping.Reference));
        Assert.InRange(wrapping.Size, 1, 100);
        Assert.True(archive.PatchBytes < 3000, $"{archive.PatchBytes} bytes");
        target.AssertSame(await lab.RestoreAsync(ImageMaker.Docker(Before.As(form))));
        lab.AssertTidy();
    }

    [Fact]
    public async Task A_zstd_layer_that_the_baseline_has_in_another_form_is_compressed_again()
    {
        using var lab = new DeltaLab();
        var target = ImageMaker.Oci(Before.As(CompressionKind.Zstd));
        var archive = await lab.CreateAsync(ImageMaker.Oci(Before), target, Options);
        Assert.InRange(archive.PatchBytes, 1, 100);
        target.AssertSame(await lab.RestoreAsync(ImageMaker.Oci(Before.As(CompressionKind.Gzip))));
    }

    [Fact]
    public async Task What_an_unknown_encoder_decided_is_told_with_the_baseline_s_blob()
    {
        using var lab = new DeltaLab();
        var (baseline, target) = (ImageMaker.Oci(Odd(Before)), ImageMaker.Oci(Odd(After)));
        var archive = await lab.CreateAsync(baseline, target, Options);
        var wrapping = await WrappingAsync(lab);
        Assert.Equal((WrappingKind.GzipTokens, Odd(Before).Digest), (wrapping.Kind, wrapping.Reference));
        Assert.True(archive.PatchBytes < Odd(After).Stored.Length / 8, $"{archive.PatchBytes} bytes");
        Assert.Contains(Odd(Before).Digest.ToString(), archive.Images[0].BaselineReads);
        target.AssertSame(await lab.RestoreAsync(baseline));
        lab.AssertTidy();
    }

    [Fact]
    public async Task Without_the_blob_that_a_recipe_takes_nothing_is_restored()
    {
        using var lab = new DeltaLab();
        await lab.CreateAsync(ImageMaker.Oci(Odd(Before)), ImageMaker.Oci(Odd(After)), Options);
        var failed = await lab.RestoreFailsAsync(ImageMaker.Oci(Before), DiffahErrors.BaselineMismatch);
        Assert.Contains($"is compressed again with the help of {Odd(Before).Digest}", failed.Message,
            StringComparison.Ordinal);
        lab.AssertTidy();
    }

    private static LayerBytes Odd(LayerBytes layer) =>
        layer with { Stored = OddDeflater.Gzip(layer.Stored), Compression = CompressionKind.Gzip };

    private static async Task<Wrapping> WrappingAsync(DeltaLab lab)
    {
        var sidecar = Sidecars.Read(
            await ArchiveOpening.ReadSidecarAsync(lab.Archive, CancellationToken.None), EventSink.None);
        return Assert.Single(sidecar.Blobs.Values, b => b.Form is not null).Form!.Wrapping;
    }

    // Words in no order: an encoder has much to decide.
    private static byte[] Words(int seed, int count)
    {
        var random = new Random(seed);
        string[] words = [.. Enumerable.Range(0, 3000).Select(i => $"{(char)('a' + (i % 26))}{i * 7919 % 3001}")];
        return Encoding.UTF8.GetBytes(string.Join(' ', Enumerable.Range(0, count)
            .Select(_ => words[Math.Min(random.Next(words.Length), random.Next(words.Length))])));
    }
}
