using System.Collections.Immutable;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Reports;
using Diffah.Tests.Cli;

namespace Diffah.Tests.Reports;

/// <summary>The page of a report is well-formed, says what it is to say, and can't be made to do anything.</summary>
public sealed class PageTests
{
    [Fact]
    public void A_bundle_has_its_figures_its_images_and_a_section_for_each()
    {
        var page = PageOf(new ReportModel { Archive = SampleRecords.Archive });
        Assert.Equal("app.delta.tar", Assert.Single(page.Texts("h1")));
        Assert.Equal(["120.6 KiB", "8.0 MiB", "98.5 %", "1", "1", "1"], page.Texts("dd").Take(6));
        Assert.Equal(["travel", "the images, whole", "spared", "layer reused", "layer patched", "layer whole"],
            page.Texts("dt").Take(6));
        Assert.Equal(["Images", "Image svc-a", "Image svc-b", "The archive"], page.Texts("h2"));
        Assert.Equal(["#image-1", "#image-2"], page.Values("href"));
        Assert.Equal(["image-1", "image-2"], page.Values("id"));
    }

    [Fact]
    public void A_layer_has_its_step_its_encoder_and_what_it_spares()
    {
        var layer = new DeltaArchiveLayer(0, Digest('b'), "layer", "Patch", 2000, 500, null)
        {
            CreatedBy = "/bin/sh -c apt-get install -y nginx",
            Encoder = "GNU gzip level 9",
        };
        var page = PageOf(Only(layer));
        Assert.Equal(
            [
                ["Layer", "Comes", "Travels", "Size", "Spared", "Made by the step", "Compressed by"],
                ["0", "patched", "500 B", "2.0 KiB", "75.0 %", "RUN apt-get install -y nginx", "GNU gzip level 9"],
            ],
            page.Rows("The layers of the image, base first"));
        Assert.Equal([Digest('b')], page.Rows("Digests of the layers, and of their contents").Skip(1)
            .Select(r => r[1]));
    }

    [Fact]
    public void The_map_is_as_wide_as_the_layers_are_and_filled_as_far_as_they_travel()
    {
        var page = PageOf(Only(
            new DeltaArchiveLayer(0, Digest('a'), "layer", "Reuse", 3000, 0, null),
            new DeltaArchiveLayer(1, Digest('b'), "layer", "Patch", 800, 200, null),
            new DeltaArchiveLayer(2, Digest('c'), "layer", "Full", 200, 200, null)));
        Assert.Equal(
            [
                "The image: 1 layer reused, 2.9 KiB; 1 layer patched, 800 B; 1 layer whole, 200 B.",
                "What travels: 1 layer reused, 0 B; 1 layer patched, 200 B; 1 layer whole, 200 B.",
            ],
            page.Texts("figcaption"));
        Assert.Equal(
            ["width:75%", "width:20%", "width:25%", "width:5%", "width:100%",
                "width:50%", "width:100%", "width:50%", "width:100%"],
            page.Values("style").Take(9));
        Assert.Contains("Layer 1, patched: 200 B travel of 800 B", page.Values("title"));
    }

    [Theory]
    [InlineData(SignatureState.None, "Not signed: nothing says who made the archive.")]
    [InlineData(SignatureState.NotVerified,
        "Signed, not verified: no key was given, so nothing here says who made the archive.")]
    [InlineData(SignatureState.Verified, "Signed, and verified with the key that was given.")]
    internal void A_signature_is_not_praised_beyond_what_was_looked_at(SignatureState state, string words) =>
        Assert.Contains(words, PageOf(new ReportModel { Archive = SampleRecords.Archive, Signature = state })
            .Texts("p"));

    [Fact]
    public void Of_many_files_those_that_take_most_are_listed_and_the_rest_is_counted()
    {
        var files = Enumerable.Range(1, 300).Select(i =>
            new DeltaArchiveFile($"usr/f{i:000}", "Patched", 1000 + i, i, i == 300 ? "usr/before" : null));
        var page = PageOf(Only(new DeltaArchiveLayer(0, Digest('b'), "layer", "Patch", 2000, 50000, null)
        {
            Files = [.. files],
            Bytes = [new ByteShare("Patched", 300, 345150, 45150), new ByteShare("Unchanged", 9, 10, 0)],
        }));
        var rows = page.Rows("Files by what they take in the archive").ToArray();
        Assert.Equal(201, rows.Length);
        Assert.Equal(["usr/f300", "300 B", "1.3 KiB", "patched", "0", "usr/before"], rows[1]);
        Assert.Equal("usr/f101", rows[200][0]);
        // 1 + 2 + … + 100
        Assert.Contains("and 100 more files, which take 4.9 KiB", page.Texts("p"));
    }

    [Fact]
    public void A_layer_that_an_image_has_twice_counts_once()
    {
        var layer = new DeltaArchiveLayer(0, Digest('b'), "layer", "Patch", 2000, 500, null)
        {
            Files = [new DeltaArchiveFile("a", "Patched", 10, 5, null)],
            Bytes = [new ByteShare("Patched", 1, 10, 5)],
        };
        var page = PageOf(Only(layer, layer with { Index = 1 }));
        Assert.Equal(["patched", "5 B", "10 B", "1", "made of what the baseline has"],
            page.Rows("Bytes by kind").Last());
        Assert.Single(page.Rows("Files by what they take in the archive").Skip(1));
    }

    [Fact]
    public void Names_from_outside_are_shown_and_do_nothing()
    {
        foreach (var name in Hostile.All)
        {
            var html = HtmlOf(HostileModel(name));
            var page = new ParsedPage(html);
            Assert.DoesNotContain("script", page.Elements);
            Assert.DoesNotContain("img", page.Elements);
            var shown = name == Hostile.Unseen ? Hostile.Seen : name;
            Assert.Equal(6, page.Texts("code").Count(c => c == shown));
            Assert.DoesNotContain(html, c => char.IsControl(c) && c != '\n');
        }
    }

    [Fact]
    public void A_page_asks_for_nothing_and_has_no_scripts()
    {
        var html = HtmlOf(new ReportModel { Archive = SampleRecords.Archive });
        Assert.Contains("content=\"default-src 'none'; style-src 'unsafe-inline'\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http:", html, StringComparison.Ordinal);
        Assert.DoesNotContain("https:", html, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", html, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", html, StringComparison.Ordinal);
        Assert.Empty(new ParsedPage(html).Values("src"));
    }

    [Fact]
    public void The_folders_of_the_machine_are_not_passed_on() =>
        Assert.DoesNotContain("somewhere", HtmlOf(new ReportModel { Archive = SampleRecords.Archive }),
            StringComparison.Ordinal);

    [Fact]
    public void A_page_of_an_archive_with_very_many_images_and_layers_stays_small()
    {
        var layers = Enumerable.Range(0, 3000).Select(i => new DeltaArchiveLayer(
            i, $"sha256:{i:x64}", "layer", "Full", long.MaxValue, long.MaxValue, null)).ToImmutableArray();
        var image = SampleRecords.Archive.Images[0] with { Layers = layers, ImageBytes = long.MaxValue };
        var html = HtmlOf(new ReportModel
        {
            Archive = SampleRecords.Archive with { Images = [.. Enumerable.Repeat(image, 1000)] },
        });
        Assert.True(html.Length < 4_000_000, $"{html.Length} characters");
        Assert.Contains("and 900 more", new ParsedPage(html).Texts("p"));
    }

    /// <summary>An archive of one image.</summary>
    private static ReportModel Only(params ImmutableArray<DeltaArchiveLayer> layers) => new()
    {
        Archive = SampleRecords.Archive with
        {
            Images = [SampleRecords.Archive.Images[0] with { Layers = layers, Waste = [], BaselineReads = [] }],
        },
    };

    private static ReportModel HostileModel(string name)
    {
        var model = Only(new DeltaArchiveLayer(0, Digest('b'), "layer", "Patch", 2000, 500, null)
        {
            CreatedBy = name,
            Encoder = name,
            Files = [new DeltaArchiveFile(name, "Patched", 10, 5, name)],
            Bytes = [new ByteShare("Patched", 1, 10, 5)],
        });
        return model with
        {
            Archive = model.Archive! with
            {
                Images = [model.Archive!.Images[0] with { BaselineSourceHint = name, BaselineReads = [name] }],
            },
        };
    }

    private static string Digest(char digit) => "sha256:" + new string(digit, 64);

    private static ParsedPage PageOf(ReportModel model) => new(HtmlOf(model));

    private static string HtmlOf(ReportModel model)
    {
        using var html = new StringWriter();
        new HtmlReport(html).Write(ReportBuilder.Build(model, ReportLimits.Page));
        return html.ToString();
    }
}
