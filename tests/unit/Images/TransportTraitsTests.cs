using System.Collections.Immutable;
using System.Formats.Tar;
using System.Text.RegularExpressions;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Transports;
using Diffah.Tests.Support;

namespace Diffah.Tests.Images;

/// <summary>
/// The table of transports is true, and everybody reads it. What each holds is checked by the conformance suite.
/// </summary>
public sealed partial class TransportTraitsTests : IDisposable
{
    private readonly TransportBench _bench = new();

    public void Dispose() => _bench.Dispose();

    public static TheoryData<string> Files =>
        [.. TransportTraits.Implemented.Where(t => t.HasPath).Select(t => t.Name)];

    [Fact]
    public void Every_row_is_a_transport_or_reserved()
    {
        foreach (var traits in TransportTraits.All)
        {
            var reference = ImageReference.Parse($"{traits.Prefix}r.example/app:v1");
            if (traits.IsImplemented)
                Assert.Same(traits, TransportCatalog.Default.Get(reference).Traits);
            else
                Assert.Equal(
                    DiffahErrors.TransportReserved,
                    Assert.Throws<DiffahException>(() => TransportCatalog.Default.Get(reference)).Error);
        }
        Assert.Equal(TransportTraits.All.Length, TransportTraits.All.Select(t => t.Name).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_written_place_is_as_the_table_says(string transport)
    {
        var traits = TransportTraits.Find(transport)!;
        await _bench.WriteAsync(transport, "place", Sample(traits, 1));
        Assert.Equal(traits.IsFolder, Directory.Exists(_bench["place"]));
        Assert.Equal(traits.Mark is not null, !traits.IsFolder && EntriesOf(_bench["place"]).Contains(traits.Mark));
        var reference = _bench.Reference(transport, "place");
        var folder = TransportCatalog.Default.Get(reference).FolderOf(reference);
        Assert.Equal(traits.IsFolder, folder is not null);
        await File.WriteAllTextAsync(_bench["place"] + (traits.IsFolder ? "/notes.txt" : ".txt"), "somebody else's");
        if (folder is not null)
            Assert.Equal(["notes.txt"], FilesOf(_bench["place"]).Where(f => !folder.Owns(f)).Select(Path.GetFileName));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_second_image_goes_where_several_are_held(string transport)
    {
        var traits = TransportTraits.Find(transport)!;
        var (first, second) = traits.Naming == ImageNaming.None ? ("place", "place") : ("place:app:v1", "place:app:v2");
        await _bench.WriteAsync(transport, first, Sample(traits, 1));
        var write = () => _bench.WriteAsync(transport, second, Sample(traits, 2));
        if (traits.HoldsSeveral)
            await write();
        else
            Assert.Equal(DiffahErrors.DestinationExists, (await Assert.ThrowsAsync<DiffahException>(write)).Error);
    }

    [Fact]
    public void The_path_of_a_reference_ends_as_the_table_says()
    {
        foreach (var traits in TransportTraits.Implemented.Where(t => t.HasPath))
        {
            (string?, string?) expected = traits.PathMayHoldColon ? ("a:b", null) : ("a", "b");
            Assert.Equal(expected, PathAndName($"{traits.Name}:a:b"));
        }
        Assert.All(TransportTraits.Implemented, t => Assert.True(!t.PathMayHoldColon || t.Naming == ImageNaming.None));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("oci", null)]
    [InlineData("oci:", "oci")]
    [InlineData("oci-archive:x", "oci-archive")]
    [InlineData("docker:", null)]
    [InlineData("docker://", null)]
    [InlineData("docker://r", "docker")]
    [InlineData("docker-daemon:", "docker-daemon")]
    [InlineData("nothing:x", null)]
    public void A_reference_being_typed_has_a_transport_once_its_prefix_is_there(string typed, string? name) =>
        Assert.Equal(name, TransportTraits.Begun(typed)?.Name);

    [Fact]
    public void Transports_are_named_in_a_sentence()
    {
        Assert.Equal("docker-archive:, oci-archive:, oci:, dir:, docker://, docker-daemon:, containers-storage: or containerd:",
            TransportTraits.Words(_ => true));
        Assert.Equal("dir:, docker:// and containerd:", TransportTraits.Words(t => t.Form is null, "and"));
        Assert.Equal("dir:", TransportTraits.Words(t => t.PathMayHoldColon));
        Assert.Equal("", TransportTraits.Words(_ => false));
    }

    [Fact]
    public void The_page_shows_the_table()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "architecture.md"));
        var shown = Row().Matches(page).Select(m => m.Groups["cell"].Captures.Select(c => c.Value.Trim()))
            .Select(c => string.Join(" | ", c));
        Assert.Equal(TransportTraits.Implemented.Select(Describe), shown);
    }

    private static SampleImage Sample(TransportTraits traits, int seed) =>
        traits.Form == ImageForm.DockerPlain ? SampleImage.DockerPlain(seed) : SampleImage.Oci(seed);

    private static string Describe(TransportTraits traits) => string.Join(" | ",
        $"`{traits.Syntax.Replace("|", "\\|", StringComparison.Ordinal)}`", traits.Summary,
        traits.Form switch { ImageForm.DockerPlain => "Docker, plain layers", ImageForm.Oci => "OCI", _ => "any" },
        traits.HoldsIndex ? "yes" : "no", traits.HoldsSeveral ? "yes" : "no", traits.NamesMove ? "yes" : "no");

    private static (string?, string?) PathAndName(string text) =>
        (ImageReference.Parse(text).Path, ImageReference.Parse(text).Name);

    private static ImmutableArray<string> FilesOf(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)];

    private static IEnumerable<string?> EntriesOf(string archive)
    {
        using var tar = new TarReader(File.OpenRead(archive));
        while (tar.GetNextEntry() is { } entry)
            yield return entry.Name;
    }

    [GeneratedRegex(@"^\|(?<cell> `[a-z-]+:[^`]*` )(?:\|(?<cell>[^|\n]+)){5}\|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
