using System.Collections.Immutable;
using System.Text;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Tests.Deltas.Support;

namespace Diffah.Tests.Deltas.Archive;

public class SidecarTests
{
    private static readonly Digest Manifest = Digest.Compute([1]);
    private static readonly Digest Layer = Digest.FromHash("sha512", new byte[64]);

    [Fact]
    public void What_is_written_is_read_back()
    {
        var written = Sample();
        var read = Sidecars.Read(Sidecars.Write(written), EventSink.None);
        Assert.Equal(written.Blobs, read.Blobs);
        Assert.Equal(written.Images.AsEnumerable(), read.Images);
        Assert.Equal(
            (written.Version, written.Feature, written.Tool, written.ToolVersion, written.CreatedAt, written.Platform),
            (read.Version, read.Feature, read.Tool, read.ToolVersion, read.CreatedAt, read.Platform));
    }

    [Fact]
    public void The_text_is_exactly_this()
    {
        var expected = $$"""
            {
              "version": "v1",
              "feature": "bundle",
              "tool": "diffah",
              "tool_version": "1.2.3",
              "created_at": "2024-01-02T03:04:05Z",
              "platform": "linux/arm/v7",
              "blobs": {
                "{{Manifest}}": {
                  "size": 100,
                  "media_type": "application/vnd.oci.image.manifest.v1+json",
                  "encoding": "full",
                  "archive_size": 100
                },
                "{{Layer}}": {
                  "size": 2000,
                  "media_type": "application/vnd.oci.image.layer.v1.tar+gzip",
                  "encoding": "patch",
                  "codec": "zstd-patch",
                  "patch_from_digest": "{{Manifest}}",
                  "archive_size": 30
                }
              },
              "images": [
                {
                  "name": "default",
                  "baseline": {
                    "manifest_digest": "{{Layer}}",
                    "media_type": "application/vnd.docker.distribution.manifest.v2+json",
                    "source_hint": "naïve & \"quoted\" <app>.tar"
                  },
                  "target": {
                    "manifest_digest": "{{Manifest}}",
                    "manifest_size": 100,
                    "media_type": "application/vnd.oci.image.manifest.v1+json"
                  }
                }
              ]
            }
            """;
        Assert.Equal(expected.Replace("\"quoted\"", "\\\"quoted\\\"", StringComparison.Ordinal),
            Encoding.UTF8.GetString(Sidecars.Write(Sample())));
    }

    [Fact]
    public void Times_are_written_in_UTC_and_with_as_many_digits_as_they_have()
    {
        var time = new DateTimeOffset(2024, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)).AddTicks(1_230_000);
        Assert.Contains("\"2024-01-02T01:04:05.123Z\"",
            Encoding.UTF8.GetString(Sidecars.Write(Sample() with { CreatedAt = time })), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-11-20T22:45:36.982526617Z", 2026, 22)]
    [InlineData("2024-01-02T03:04:05Z", 2024, 3)]
    [InlineData("2024-01-02T03:04:05+02:00", 2024, 1)]
    public void Times_of_other_writers_are_read(string text, int year, int hour)
    {
        var json = Encoding.UTF8.GetString(Sidecars.Write(Sample()))
            .Replace("2024-01-02T03:04:05Z", text, StringComparison.Ordinal);
        var read = Sidecars.Read(Encoding.UTF8.GetBytes(json), EventSink.None).CreatedAt;
        Assert.Equal((year, hour, TimeSpan.Zero), (read.Year, read.Hour, read.Offset));
    }

    [Fact]
    public void Blobs_may_be_listed_in_any_order_and_formatting_is_free()
    {
        var json = Encoding.UTF8.GetString(Sidecars.Write(Sample())).ReplaceLineEndings("")
            .Replace("  ", "\t", StringComparison.Ordinal);
        Assert.Equal(Sample().Blobs, Sidecars.Read(Encoding.UTF8.GetBytes(json), EventSink.None).Blobs);
    }

    [Theory]
    [InlineData("default")]
    [InlineData("A")]
    [InlineData("0-a_b.C")]
    public void Names_that_are_allowed_are_read(string name)
    {
        var image = Sample().Images[0] with { Name = name };
        Assert.Equal(
            name, Sidecars.Read(Sidecars.Write(Sample() with { Images = [image] }), EventSink.None).Images[0].Name);
    }

    [Theory]
    [InlineData("\"archive_size\": 100", "\"archive_size\": 99")]
    [InlineData("\"archive_size\": 100", "\"archive_size\": 101")]
    [InlineData("\"manifest_size\": 100", "\"manifest_size\": 99")]
    [InlineData("\"archive_size\": 30", "\"archive_size\": 2000")]
    [InlineData("\"archive_size\": 30", "\"archive_size\": 0")]
    [InlineData("\"size\": 2000", "\"size\": 30")]
    public void Sizes_that_do_not_agree_are_refused_by_the_sidecar_alone(string right, string wrong)
    {
        var json = Encoding.UTF8.GetString(Sidecars.Write(Sample()));
        Assert.Contains(right, json, StringComparison.Ordinal);
        Errors.Throws(DiffahErrors.ArchiveInvalid,
            () => Sidecars.Read(
                Encoding.UTF8.GetBytes(json.Replace(right, wrong, StringComparison.Ordinal)), EventSink.None));
    }

    [Fact]
    public void An_unknown_codec_names_itself_and_says_what_to_do()
    {
        var json = Encoding.UTF8.GetString(Sidecars.Write(Sample()))
            .Replace("zstd-patch", "zstd-patch-v9", StringComparison.Ordinal);
        var e = Errors.Throws(
            DiffahErrors.ArchiveInvalid, () => Sidecars.Read(Encoding.UTF8.GetBytes(json), EventSink.None));
        Assert.Contains("zstd-patch-v9", e.Message, StringComparison.Ordinal);
        Assert.Contains("Upgrade", e.NextAction, StringComparison.Ordinal);
    }

    private static ArchiveManifest Sample() => new("v1", "bundle", "diffah", "1.2.3", DeltaLab.Time, "linux/arm/v7",
        ImmutableSortedDictionary<Digest, StoredBlob>.Empty
            .Add(Layer, new StoredBlob(2000, MediaTypes.OciLayerGzip, 30, "zstd-patch", Manifest))
            .Add(Manifest, new StoredBlob(100, MediaTypes.OciManifest, 100)),
        [new ArchiveImage("default", new ArchiveBaseline(Layer, MediaTypes.DockerManifest,
            "naïve & \"quoted\" <app>.tar"), new ArchiveTarget(Manifest, 100, MediaTypes.OciManifest))]);
}
