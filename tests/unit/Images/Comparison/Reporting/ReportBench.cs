using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Comparison;
using Diffah.Engine.Images.Comparison.Reporting;
using Diffah.Engine.Oci;
using Diffah.Engine.Tar;
using Diffah.Tests.Support;
using FilePlace = Diffah.Engine.Images.Comparison.FilePlace;

namespace Diffah.Tests.Images.Comparison.Reporting;

/// <summary>
/// Reports of made-up images, whose differences are given as the headers of the tars have them: names are not looked at
/// before. Beside the report lies a folder that nothing may change.
/// </summary>
internal sealed class ReportBench : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly InMemoryTransport _transport = new();
    private readonly WorkDirectory _work;

    public ReportBench()
    {
        _work = new WorkDirectory(_folder["work"]);
        Directory.CreateDirectory(Outside);
        File.WriteAllText(Path.Combine(Outside, "secret"), "untouched");
    }

    /// <summary>Absolute path of the report.</summary>
    public string Report => _folder["made/report"];

    /// <summary>Absolute path of a folder with a file <c>secret</c>, beside the report's parent.</summary>
    public string Outside => _folder["outside"];

    /// <summary>What the report says.</summary>
    public JsonObject Document => JsonNode.Parse(File.ReadAllText(Path.Combine(Report, "report.json")))!.AsObject();

    public void Dispose()
    {
        _work.Dispose();
        _folder.Dispose();
    }

    /// <summary>The images of some layers each.</summary>
    public async Task<ComparedImages> ImagesAsync(byte[][] reference, byte[][] difference)
    {
        var context = new TransportContext(_work, new EventSink(null));
        var images = new List<(Image Image, LayerTars Tars)>();
        foreach (var (name, layers) in new[] { ("reference", reference), ("difference", difference) })
        {
            var made = SampleImage.Make(
                1, "amd64", layers, MediaTypes.OciManifest, MediaTypes.OciConfig, MediaTypes.OciLayer, l => l);
            _transport.Add(InMemoryTransport.Reference(name).Path!, made);
            var source = await _transport.OpenSourceAsync(InMemoryTransport.Reference(name), context, default);
            var image = await Image.OpenAsync(source, Platform.Default, default);
            images.Add((image, new LayerTars(source, context, keeps: true)));
        }
        return new ComparedImages(images[0].Image, images[1].Image, images[0].Tars, images[1].Tars);
    }

    /// <summary>The files of a layer as differences: each entry of the tar, under the name that it has there.</summary>
    public static IEnumerable<FoundDifference> Added(ComparedImages images, byte[] tar, int layer = 0) =>
        Entries(tar).Select(e => new FoundDifference(
            new ImageDifference(DifferenceKind.File, DifferenceProperty.Presence, null, "file")
            {
                Path = e.Name,
                Layer = layer,
            },
            null, new FilePlace(images.Difference.Layers[layer], e.HeaderOffset)));

    /// <summary>A file that both images have first in their first layers.</summary>
    public static FoundDifference Changed(ComparedImages images, string path) => new(
        new ImageDifference(DifferenceKind.File, DifferenceProperty.Content, "sha256:1", "sha256:2")
        {
            Path = path,
            Layer = 0,
        },
        new FilePlace(images.Reference.Layers[0], 0), new FilePlace(images.Difference.Layers[0], 0));

    /// <summary>Makes a report of differences; gives them as they are told to callers.</summary>
    public async Task<ImmutableArray<ImageDifference>> WriteAsync(
        ComparedImages images, IEnumerable<FoundDifference> found, ComparisonOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        var told = ImmutableArray.CreateBuilder<ImageDifference>();
        await using var report = Begin(images, options ?? new ComparisonOptions());
        foreach (var one in found)
            told.Add(await report.AddAsync(one, cancellationToken));
        await report.FinishAsync(Summary(told.Count), cancellationToken);
        return told.ToImmutable();
    }

    /// <summary>Begins a report of its own.</summary>
    public ComparisonReport Begin(ComparedImages? images, ComparisonOptions options) =>
        Begin(images, options, Report);

    /// <summary>The same with another folder, or with none.</summary>
    public static ComparisonReport Begin(ComparedImages? images, ComparisonOptions options, string? folder) =>
        new(options, folder, ImageReference.Parse("oci:/a"), ImageReference.Parse("oci:/b")) { Images = images };

    /// <summary>Reports all entries of a tar as added files, and gives what is said of each.</summary>
    public async Task<JsonObject[]> WriteAddedAsync(byte[] tar)
    {
        var images = await ImagesAsync([SampleImage.Tar()], [tar]);
        await WriteAsync(images, Added(images, tar));
        await AssertPlainAsync();
        return [.. Document["differences"]!.AsArray().Select(d => d!["difference_file"]!.AsObject())];
    }

    /// <summary>
    /// Fails unless the report holds plain files and folders alone, no file may be run, and nothing else was touched.
    /// </summary>
    public async Task AssertPlainAsync()
    {
        Assert.Equal("", await ExternalTool.RunAsync("find", _folder["made"], "!", "-type", "f", "!", "-type", "d"));
        Assert.Equal("", await ExternalTool.RunAsync("find", _folder["made"], "-type", "f", "-perm", "/7133"));
        Assert.Equal(["difference", "reference", "report.json"], Names(Report));
        Assert.Equal(["report"], Names(_folder["made"]));
        Assert.Equal(["secret"], Names(Outside));
        Assert.Equal("untouched", await File.ReadAllTextAsync(Path.Combine(Outside, "secret")));
    }

    /// <summary>Fails where anything is left of a report that did not come to be.</summary>
    public void AssertNothing() => Assert.False(Directory.Exists(_folder["made"]));

    public static ImageComparison Summary(int differences) => new()
    {
        ReferenceImage = "oci:/a",
        DifferenceImage = "oci:/b",
        ReferenceDigest = "sha256:aa",
        DifferenceDigest = "sha256:bb",
        DifferenceCount = differences,
        ComparedFileCount = 7,
        AddedFileCount = 1,
        RemovedFileCount = 2,
        ChangedFileCount = 3,
        SameLayerCount = 4,
    };

    /// <summary>What is in a folder, by name.</summary>
    public static string[] Names(string folder) =>
        [.. Directory.EnumerateFileSystemEntries(folder).Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal)];

    private static List<TarEntry> Entries(byte[] tar)
    {
        var reader = new TarReader(new MemoryStream(tar));
        var entries = new List<TarEntry>();
        while (reader.Next(default) is { } entry)
            entries.Add(entry);
        return entries;
    }
}
