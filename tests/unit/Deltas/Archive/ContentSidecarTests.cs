using System.Collections.Immutable;
using System.Text;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Archive.Container;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Tests.Deltas.Support;

namespace Diffah.Tests.Deltas.Archive;

/// <summary>Sidecars of version 2: contents, forms and reused layers.</summary>
public class ContentSidecarTests
{
    private static readonly Digest Manifest = Digest.Compute([1]);
    private static readonly Digest Layer = Digest.Compute([2]);
    private static readonly Digest Plain = Digest.Compute([3]);
    private static readonly Digest Content = Digest.Compute([4]);
    private static readonly Digest Source = Digest.Compute([5]);
    private static readonly Digest Reused = Digest.Compute([6]);
    private static readonly Digest Whole = Digest.Compute([7]);
    private static readonly Digest Account = Digest.Compute([8]);
    private static readonly Digest Tokens = Digest.Compute([9]);
    private static readonly Digest Zstd = Digest.Compute([10]);
    private static readonly Digest Helper = Digest.Compute([11]);

    [Fact]
    public void What_is_written_is_read_back()
    {
        var (written, read) = (Sample(), Sidecars.Read(Sidecars.Write(Sample()), EventSink.None));
        Assert.Equal(written.Blobs, read.Blobs);
        Assert.Equal(written.Contents, read.Contents);
        Assert.Equal(written.Reused, read.Reused);
        Assert.Equal(written.Account, read.Account);
        Assert.Equal(12345, read.Images[0].Baseline.ReadSize);
        Assert.Equal("no_recipe", read.Blobs[Whole].Fallback!.Reason);
        Assert.Equal(Sidecars.Write(written), Sidecars.Write(read));
    }

    [Fact]
    public void Parts_are_blobs_then_contents_then_recipes_each_with_its_bytes()
    {
        Assert.Equal(
            [(ArchivePart.Blob(Manifest), 100L), (ArchivePart.Content(Content), 300L),
                (ArchivePart.Content(Plain), 40L), (ArchivePart.Account(Account), 50L),
                (ArchivePart.Recipe(Reused), 2000L)],
            Sample().Parts.Where(p => p.Part.Digest != Whole && p.Part.Digest != Tokens)
                .OrderBy(p => p.Part.Kind).ThenBy(p => p.Size == 40));
        var names = Sample().Parts.Select(p => EntryNames.Of(p.Part)).ToArray();
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        foreach (var (part, _) in Sample().Parts)
        {
            Assert.True(EntryNames.TryParse(EntryNames.Of(part), out var again));
            Assert.Equal(part, again);
        }
        Assert.Equal($"contents/sha256/{Content.Hex}", EntryNames.Of(ArchivePart.Content(Content)));
        Assert.Equal($"recipes/sha256/{Reused.Hex}", EntryNames.Of(ArchivePart.Recipe(Reused)));
    }

    [Theory]
    [InlineData("\"encoding\": \"content\"", "\"encoding\": \"contents\"")]
    [InlineData("\"codec\": \"files-zstd\"", "\"codec\": \"files-none\"")]
    [InlineData("\"kind\": \"gzip\"", "\"kind\": \"lzma\"")]
    [InlineData("\"recipe\": \"AQID\"", "\"recipe\": \"AQI\"")]
    [InlineData("\"recipe\": \"AQID\"", "\"recipe\": \"\"")]
    [InlineData("\"recipe\": \"AQID\"", "\"recipe\": \"AQID\", \"recipe_size\": 4")]
    [InlineData("\"recipe\": \"AQID\"", "\"other\": \"AQID\"")]
    [InlineData("\"recipe_size\": 2000", "\"recipe_size\": 0")]
    [InlineData("\"archive_size\": 300", "\"archive_size\": 0")]
    [InlineData("\"archive_size\": 300", "\"archive_size\": -1")]
    [InlineData("\"sources\"", "\"source\"")]
    [InlineData("\"contents\"", "\"content\"")]
    [InlineData("\"reused\"", "\"used\"")]
    [InlineData("\"size\": 700", "\"size\": 701")]
    [InlineData("\"archive_size\": 50", "\"archive_size\": 0")]
    [InlineData("\"digest\": ", "\"digests\": ")]
    [InlineData("\"files\": {", "\"files\": 1, \"others\": {")]
    [InlineData("\"read_size\": 12345", "\"read_size\": -1")]
    [InlineData("\"read_size\": 12345", "\"read_size\": \"12345\"")]
    [InlineData("\"no_recipe\"", "\"\"")]
    [InlineData("\"no_recipe\"", "\"a_reason_of_more_than_forty_letters_is_no_word\"")]
    public void What_breaks_a_rule_is_refused(string right, string wrong) => AssertRefused(right, wrong);

    [Fact]
    public void Digests_that_contradict_one_another_are_refused()
    {
        AssertRefused($"\"{Source}\"", $"\"{Content}\""); // made of itself
        AssertRefused($"\"{Source}\"", $"\"{Source}\", \"{Source}\"");
        AssertRefused($"\"{Source}\"", "7");
        AssertRefused($"\"{Reused}\": {{", $"\"{Layer}\": {{"); // travels, and is reused
        AssertRefused($"\"content\": \"{Plain}\"", $"\"content\": \"{Content}\""); // plain, with another digest
    }

    [Fact]
    public void A_recipe_may_take_another_blob()
    {
        var read = Sidecars.Read(Sidecars.Write(Sample()), EventSink.None);
        Assert.Equal(Helper, Assert.Single(read.Blobs[Tokens].Needs));
        Assert.Equal((WrappingKind.GzipTokens, 4000L),
            (read.Blobs[Tokens].Form!.Wrapping.Kind, read.Blobs[Tokens].Form!.Wrapping.StoredRecipe));
        Assert.Equal((WrappingKind.Zstd, 2), (read.Blobs[Zstd].Form!.Wrapping.Kind, read.Blobs[Zstd].OwnSize));
        Assert.Empty(read.Blobs[Zstd].Needs);
        AssertRefused($"\"reference\": \"{Helper}\"", "\"reference\": 7");
        // Nobody who has the content alone has the blob.
        AssertRefused("\"recipe_size\": 2000", $"\"recipe_size\": 2000, \"reference\": \"{Source}\"");
    }

    [Fact]
    public void Too_many_sources_are_refused()
    {
        var sources = Enumerable.Range(0, ContentPatch.MaximumSources + 1)
            .Select(i => Digest.Compute(BitConverter.GetBytes(i)));
        AssertRefused($"\"{Source}\"", string.Join(", ", sources.Select(s => $"\"{s}\"")));
    }

    [Fact]
    public void Version_1_knows_none_of_it()
    {
        var json = Encoding.UTF8.GetString(Sidecars.Write(Sample()))
            .Replace("\"v2\"", "\"v1\"", StringComparison.Ordinal);
        Errors.Throws(DiffahErrors.ArchiveInvalid, () => Sidecars.Read(Encoding.UTF8.GetBytes(json), EventSink.None));
    }

    private static void AssertRefused(string right, string wrong)
    {
        var json = Encoding.UTF8.GetString(Sidecars.Write(Sample()));
        var at = json.IndexOf(right, StringComparison.Ordinal);
        Assert.True(at >= 0, $"{right} is not in the sidecar");
        var changed = Encoding.UTF8.GetBytes($"{json[..at]}{wrong}{json[(at + right.Length)..]}");
        Errors.Throws(DiffahErrors.ArchiveInvalid, () => Sidecars.Read(changed, EventSink.None));
    }

    private static ArchiveManifest Sample()
    {
        const string gzip = MediaTypes.OciLayerGzip;
        var inline = new Wrapping(WrappingKind.Gzip, new byte[] { 1, 2, 3 }, 0);
        return new ArchiveManifest("v2", "bundle", "diffah", "1.2.3", DeltaLab.Time, "linux/amd64",
            new Dictionary<Digest, StoredBlob>
            {
                [Manifest] = new(100, MediaTypes.OciManifest, 100),
                [Layer] = new(500, gzip, 0) { Form = new LayerForm(Content, inline) },
                [Whole] = new(60, gzip, 60) { Fallback = new LayerFallback("no_recipe", "nobody knows") },
                [Plain] = new(700, MediaTypes.OciLayer, 0) { Form = new LayerForm(Plain, Wrapping.Plain) },
                [Tokens] = new(500, gzip, 4000)
                {
                    Form = new LayerForm(
                        Content, new Wrapping(WrappingKind.GzipTokens, default, 4000) { Reference = Helper }),
                },
                [Zstd] = new(500, MediaTypes.OciLayerZstd, 0)
                {
                    Form = new LayerForm(Content, new Wrapping(WrappingKind.Zstd, new byte[] { 1, 2 }, 0)),
                },
            }.ToImmutableSortedDictionary(),
            [new ArchiveImage("default",
                new ArchiveBaseline(Source, MediaTypes.OciManifest, "old.tar") { ReadSize = 12345 },
                new ArchiveTarget(Manifest, 100, MediaTypes.OciManifest))])
        {
            Contents = new Dictionary<Digest, ContentPatch>
            {
                [Content] = new(900, "files-zstd", [Source], 300),
                [Plain] = new(700, "files-zstd", [], 40),
            }.ToImmutableSortedDictionary(),
            Account = new StoredAccount(Account, 50),
            Reused = new Dictionary<Digest, ReusedLayer>
            {
                [Reused] = new(800, new LayerForm(Source, new Wrapping(WrappingKind.Zstd, default, 2000))),
            }.ToImmutableSortedDictionary(),
        };
    }
}
