using System.Globalization;
using System.Text;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Signing;
using Diffah.Tests.Deltas.Support;

namespace Diffah.Tests.Deltas.Archive;

/// <summary>What a sidecar may cost (docs/limits.md): small inputs that name or hold a great deal.</summary>
public class SidecarBoundsTests
{
    private const string Type = "application/vnd.oci.image.manifest.v1+json";

    [Theory]
    [InlineData("[", "[],", "[]]")]
    [InlineData("[", "{},", "{}]")]
    [InlineData("[", "0,", "0]")]
    public void More_names_and_values_than_are_read_cost_next_to_nothing(string start, string one, string end)
    {
        var sidecar = Sidecar(extra: start + Repeat(one, 5_000_000 / one.Length * 3) + end);
        Assert.True(sidecar.Length < SidecarReader.MaximumSize);
        var (error, allocated) = Refusal(sidecar);
        Assert.Contains("1000000", error.Message, StringComparison.Ordinal);
        Assert.True(allocated < 1_000_000, $"{allocated} bytes");
        Assert.Throws<System.Text.Json.JsonException>(() => CanonicalJson.Canonicalize(sidecar));
    }

    [Fact]
    public void As_many_as_are_read_cost_some_of_them_a_piece()
    {
        var fields = string.Join(',', Enumerable.Range(0, 480_000).Select(i => $"\"{i}\":0"));
        var sidecar = Sidecar(extra: "{" + fields + "}");
        var log = new EventLog();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Single(Sidecars.Read(sidecar, log.Sink).Images);
        var read = GC.GetAllocatedBytesForCurrentThread() - before;
        before = GC.GetAllocatedBytesForCurrentThread();
        CanonicalJson.Canonicalize(sidecar);
        var canonical = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(read < 128_000_000 && canonical < 384_000_000, $"{read} and {canonical} bytes");
    }

    [Fact]
    public void Layout_is_checked_without_a_copy()
    {
        var sidecar = Sidecar(extra: Repeat("[", 60) + Repeat("0,", 400_000) + "0" + Repeat("]", 60));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<System.Text.Json.JsonException>(() => DocumentLayout.Check(sidecar));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
    }

    [Fact]
    public void Nesting_is_bounded()
    {
        Refusal(Sidecar(extra: Repeat("[", 20) + Repeat("]", 20)));
        Assert.Single(Sidecars.Read(Sidecar(extra: "[[[[[[[[[[]]]]]]]]]]"), EventSink.None).Images);
    }

    [Fact]
    public void Unknown_fields_are_told_of_a_few_times_and_cut_short()
    {
        var fields = string.Join(',', Enumerable.Range(0, 1000).Select(i => $"\"{i}{new string('x', 500)}\":0"));
        var text = Encoding.UTF8.GetString(Sidecar());
        var log = new EventLog();
        Sidecars.Read(Encoding.UTF8.GetBytes($"{{{fields},{text[1..]}"), log.Sink);
        var told = log.Messages(EventLevel.Debug).ToArray();
        Assert.Equal(21, told.Length);
        Assert.All(told, m => Assert.True(m.Length < 300));
    }

    [Fact]
    public void More_images_than_a_bundle_holds_are_refused()
    {
        Assert.Equal(ArchiveManifest.MaximumImages,
            Sidecars.Read(Sidecar(images: ArchiveManifest.MaximumImages), EventSink.None).Images.Length);
        var (error, _) = Refusal(Sidecar(images: ArchiveManifest.MaximumImages + 1));
        Assert.Contains("1001 images", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Copy the delta", error.NextAction, StringComparison.Ordinal);
    }

    [Fact]
    public void Manifests_count_for_every_image_even_where_they_share_one()
    {
        const int size = 4 * 1024 * 1024;
        Assert.Equal(4, Sidecars.Read(Sidecar(images: 4, manifest: size), EventSink.None).Images.Length);
        var (error, _) = Refusal(Sidecar(images: 5, manifest: size));
        Assert.Contains($"{5 * size} bytes together", error.Message, StringComparison.Ordinal);
        // The largest sizes that can be said do not overflow the sum.
        Refusal(Sidecar(images: 1000, manifest: 1L << 44));
    }

    [Theory]
    [InlineData("linux/amd64")]
    [InlineData("2024-01-02T03:04:05Z")]
    [InlineData("a.tar")]
    [InlineData(Type)]
    [InlineData("full")]
    public void Texts_are_bounded_wherever_they_stand(string text)
    {
        var sidecar = Encoding.UTF8.GetString(Sidecar());
        Assert.Contains($"\"{text}\"", sidecar, StringComparison.Ordinal);
        foreach (var length in (int[])[4097, 1_000_000])
        {
            var (error, _) = Refusal(Encoding.UTF8.GetBytes(
                sidecar.Replace($"\"{text}\"", $"\"{new string('x', length)}\"", StringComparison.Ordinal)));
            Assert.True(error.Message.Length < 300, error.Message);
        }
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("-")]
    [InlineData("1e")]
    [InlineData("01")]
    [InlineData("0x1")]
    [InlineData("1e3")]
    [InlineData("1.0")]
    [InlineData("-0.5")]
    [InlineData("9223372036854775808")]
    [InlineData("1e999")]
    public void A_size_is_a_whole_number_of_bytes(string number)
    {
        var text = Encoding.UTF8.GetString(Sidecar());
        Refusal(Encoding.UTF8.GetBytes(
            text.Replace("\"manifest_size\":1,", $"\"manifest_size\":{number},", StringComparison.Ordinal)));
    }

    private static (DiffahException Error, long Allocated) Refusal(byte[] sidecar)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Errors.Throws(DiffahErrors.ArchiveInvalid, () => Sidecars.Read(sidecar, EventSink.None));
        return (error, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static string Repeat(string text, int count) => new StringBuilder().Insert(0, text, count).ToString();

    /// <summary>A sidecar by hand: one blob, the manifest of all images.</summary>
    private static byte[] Sidecar(int images = 1, long manifest = 1, string extra = "0")
    {
        var digest = $"\"sha256:{new string('a', 64)}\"";
        var size = manifest.ToString(CultureInfo.InvariantCulture);
        var listed = string.Join(',', Enumerable.Range(0, images).Select(i => $$$"""
            {"name":"i{{{i}}}",
             "baseline":{"manifest_digest":{{{digest}}},"media_type":"{{{Type}}}","source_hint":"a.tar"},
             "target":{"manifest_digest":{{{digest}}},"manifest_size":{{{size}}},"media_type":"{{{Type}}}"} }
            """));
        var blob = $$"""{"size":{{size}},"media_type":"{{Type}}","encoding":"full","archive_size":{{size}} }""";
        var blobs = $"{{{digest}:{blob}}}";
        return Encoding.UTF8.GetBytes($$"""
            {"version":"v1","feature":"bundle","created_at":"2024-01-02T03:04:05Z","platform":"linux/amd64",
             "blobs":{{blobs}},"images":[{{listed}}],"x":{{extra}} }
            """);
    }
}
