using System.Collections.Immutable;
using System.Text;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Archive.Container;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Tests.Deltas.Support;

namespace Diffah.Tests.Deltas.Archive;

/// <summary>Sidecars of deltas that were made from several baselines.</summary>
public class AlternativesTests
{
    private static readonly Digest Manifest = Digest.Compute([1]);
    private static readonly Digest Layer = Digest.Compute([2]);
    private static readonly Digest Content = Digest.Compute([3]);
    private static readonly Digest One = Digest.Compute([4]);
    private static readonly Digest Two = Digest.Compute([5]);
    private static readonly Digest Three = Digest.Compute([6]);

    [Fact]
    public void What_is_written_is_read_back()
    {
        var (written, read) = (Sample(), Sidecars.Read(Sidecars.Write(Sample()), EventSink.None));
        Assert.Equal(written.Contents, read.Contents);
        Assert.Equal(written.Images[0], read.Images[0]);
        Assert.Equal([One, Three], read.Images[0].Baselines.Select(b => b.ManifestDigest));
        Assert.Equal(77, read.Images[0].OtherBaselines[0].FetchSize);
        Assert.True(read.Images[0].NeedsAllBaselines);
        Assert.Equal(Sidecars.Write(written), Sidecars.Write(read));
    }

    [Fact]
    public void Each_way_is_an_entry_and_names_ascend()
    {
        var parts = Sample().Parts.ToArray();
        var names = parts.Select(p => EntryNames.Of(p.Part)).ToArray();
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.Equal([$"contents/sha256/{Content.Hex}", $"contents/sha256/{Content.Hex}.1",
            $"contents/sha256/{Content.Hex}.2"], names[1..]);
        Assert.Equal([300, 200, 100], parts[1..].Select(p => p.Size));
        foreach (var (part, _) in parts)
        {
            Assert.True(EntryNames.TryParse(EntryNames.Of(part), out var again));
            Assert.Equal(part, again);
        }
    }

    [Theory]
    [InlineData(".0")]
    [InlineData(".9")]
    [InlineData(".10")]
    [InlineData(".01")]
    [InlineData(".")]
    [InlineData(".1.1")]
    [InlineData(".x")]
    public void Other_names_are_no_entries(string end)
    {
        Assert.False(EntryNames.TryParse($"contents/sha256/{Content.Hex}{end}", out _));
        Assert.False(EntryNames.TryParse($"blobs/sha256/{Content.Hex}.1", out _));
    }

    [Fact]
    public void The_smallest_way_is_taken_whose_sources_are_there()
    {
        var patch = Sample().Contents[Content];
        Assert.Equal(2, Number(One, Two, Three));
        Assert.Equal(1, Number(One, Two));
        Assert.Equal(0, Number(One));
        Assert.Null(Number(Two));

        int? Number(params Digest[] there) => patch.Find(there.Contains)?.Number;
    }

    [Fact]
    public void What_breaks_a_rule_is_refused()
    {
        AssertRefused($"\"{Three}\"\n", $"\"{Content}\"\n"); // made of itself
        AssertRefused($"\"{Three}\"\n", $"\"{One}\"\n"); // as the first
        AssertRefused($"\"{Three}\"\n", $"\"{Three}\", \"{Three}\"\n");
        AssertRefused($"\"{Three}\"\n", "7\n");
        AssertRefused("\"archive_size\": 200", "\"archive_size\": 0");
        AssertRefused("\"archive_size\": 200", "\"other\": 200");
        AssertRefused("\"alternatives\": [", "\"alternatives\": [7, ");
        AssertRefused(
            "\"alternatives\": [", $"\"alternatives\": [{string.Join(", ", Enumerable.Range(9, 7).Select(Way))}, ");
        AssertRefused("\"codec\": \"files-cm\"", "\"codec\": \"files-none\"");
        AssertRefused("\"baseline_mode\": \"all\"", "\"baseline_mode\": \"most\"");
        AssertRefused("\"baseline_mode\": \"all\"", "\"mode\": \"all\"");
        AssertRefused("\"other_baselines\"", "\"baselines\"");
        AssertRefused("\"other_baselines\": [", "\"other_baselines\": [{}, ");
        AssertRefused("\"fetch_size\": 77", "\"fetch_size\": -77");
        AssertRefused($"\"manifest_digest\": \"{Three}\"", $"\"manifest_digest\": \"{One}\"");
    }

    [Fact]
    public void More_baselines_than_are_read_are_refused()
    {
        var image = Sample().Images[0];
        var many = Sample() with
        {
            Images =
            [
                image with
                {
                    OtherBaselines = [.. Enumerable.Range(9, ArchiveImage.MaximumBaselines).Select(
                        i => new ArchiveBaseline(Digest.Compute([(byte)i]), MediaTypes.OciManifest, ""))],
                },
            ],
        };
        Errors.Throws(DiffahErrors.ArchiveInvalid, () => Sidecars.Read(Sidecars.Write(many), EventSink.None));
    }

    private static string Way(int number) =>
        $"{{\"codec\": \"files-cm\", \"sources\": [\"{Digest.Compute([(byte)number])}\"], \"archive_size\": 5}}";

    private static void AssertRefused(string right, string wrong)
    {
        var json = Encoding.UTF8.GetString(Sidecars.Write(Sample()));
        var at = json.LastIndexOf(right, StringComparison.Ordinal);
        Assert.True(at >= 0, $"{right} is not in the sidecar");
        var changed = Encoding.UTF8.GetBytes($"{json[..at]}{wrong}{json[(at + right.Length)..]}");
        Errors.Throws(DiffahErrors.ArchiveInvalid, () => Sidecars.Read(changed, EventSink.None));
    }

    private static ArchiveManifest Sample() => new("v2", "bundle", "diffah", "1.2.3", DeltaLab.Time, "linux/amd64",
        new Dictionary<Digest, StoredBlob>
        {
            [Manifest] = new(100, MediaTypes.OciManifest, 100),
            [Layer] = new(500, MediaTypes.OciLayerGzip, 0)
            {
                Form = new LayerForm(Content, new Wrapping(WrappingKind.Gzip, new byte[] { 1, 2, 3 }, 0)),
            },
        }.ToImmutableSortedDictionary(),
        [new ArchiveImage("default", new ArchiveBaseline(One, MediaTypes.OciManifest, "old.tar"),
            new ArchiveTarget(Manifest, 100, MediaTypes.OciManifest))
        {
            OtherBaselines = [new ArchiveBaseline(Three, MediaTypes.OciManifest, "other.tar") { FetchSize = 77 }],
            NeedsAllBaselines = true,
        }])
    {
        Requires = RequiredFeatures.None.Add(RequiredFeatures.Alternatives),
        Contents = ImmutableSortedDictionary<Digest, ContentPatch>.Empty.Add(
            Content, new ContentPatch(900, "files-zstd", [One], 300)
            {
                Alternatives =
                [
                    new ContentPatch(900, "files-zstd", [One, Two], 200) { Number = 1 },
                    new ContentPatch(900, "files-cm", [Three], 100) { Number = 2 },
                ],
            }),
    };
}
