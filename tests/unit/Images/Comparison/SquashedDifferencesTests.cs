using System.Formats.Tar;
using Diffah.Engine.Images.Comparison;
using Diffah.Engine.Operations;
using Diffah.Tests.Support;
using static Diffah.Tests.Images.Comparison.ComparisonBench;

namespace Diffah.Tests.Images.Comparison;

/// <summary>Compares what all layers make, whatever they are.</summary>
public sealed class SquashedDifferencesTests
{
    private static readonly ComparisonOptions Squash = new() { Squash = true };

    private static ImageDraft Image(params TarEntry[][] layers) =>
        new([.. layers.Select(l => (LayerDraft)Tars.Of(l))]);

    private static async Task<Found> FindsAsync(ImageDraft reference, ImageDraft difference, params string[] lines)
    {
        var found = await CompareAsync(reference, difference, Squash);
        Assert.Equal(lines, found.Lines);
        Assert.All(found.Differences, d => Assert.Null(d.Layer));
        Assert.Equal(lines, (await CompareAsync(difference, reference, Squash)).Lines);
        return found;
    }

    [Fact]
    public Task One_layer_or_two() => FindsAsync(
        Image([Tars.File("a"), Tars.File("b", "1")]), Image([Tars.File("a"), Tars.File("b", "old")], [Tars.Gnu("b", "1")]));

    [Fact]
    public Task A_file_that_was_changed_on_top() => FindsAsync(
        Image([Tars.File("a", "1")]), Image([Tars.File("a", "1")], [Tars.File("a", "2")]), "File a Content");

    [Fact]
    public Task A_whiteout_takes_a_file_away() => FindsAsync(
        Image([Tars.File("d/a"), Tars.File("d/b")], [Tars.File("d/.wh.a", "")]), Image([Tars.File("d/b")]));

    [Fact]
    public Task A_whiteout_takes_a_folder_away() => FindsAsync(
        Image([Tars.Folder("d"), Tars.File("d/a"), Tars.File("e")], [Tars.File(".wh.d", "")]), Image([Tars.File("e")]));

    [Fact]
    public Task A_whiteout_is_for_lower_layers_alone() => FindsAsync(
        Image([Tars.File("a", "old")], [Tars.File("a", "new"), Tars.File(".wh.a", "")]), Image([Tars.File("a", "new")]));

    [Fact]
    public Task An_opaque_folder_shows_nothing_of_lower_layers() => FindsAsync(
        Image([Tars.Folder("d"), Tars.File("d/old"), Tars.Folder("d/e"), Tars.File("d/e/old")],
            [Tars.Folder("d"), Tars.File("d/new"), Tars.File("d/.wh..wh..opq", "")]),
        Image([Tars.Folder("d"), Tars.File("d/new")]));

    [Fact]
    public Task What_is_no_folder_takes_a_folders_place() => FindsAsync(
        Image([Tars.Folder("d"), Tars.File("d/a")], [Tars.Symlink("d", "e")]), Image([Tars.Symlink("d", "e")]));

    [Fact]
    public Task A_folder_that_is_there_again_keeps_its_files() => FindsAsync(
        Image([Tars.Folder("d"), Tars.File("d/a")], [Tars.Folder("d")]), Image([Tars.Folder("d"), Tars.File("d/a")]));

    [Fact]
    public async Task A_hard_link_is_a_file()
    {
        var found = await FindsAsync(Image([Tars.File("a"), Tars.HardLink("b", "a")]),
            Image([Tars.File("a"), Tars.File("b")]), "File b Link");
        Assert.Equal(("a", null), (found.Differences[0].Reference, found.Differences[0].Difference));
    }

    [Fact]
    public Task Which_name_of_a_file_comes_first_does_not_count() => FindsAsync(
        Image([Tars.File("a"), Tars.HardLink("b", "a"), Tars.HardLink("c", "a")]),
        Image([Tars.File("c"), Tars.HardLink("a", "c"), Tars.HardLink("b", "a")]));

    [Fact]
    public Task A_hard_link_to_a_lower_layer_keeps_the_file_that_is_replaced() => FindsAsync(
        Image([Tars.File("a", "old")], [Tars.HardLink("b", "a")], [Tars.File("a", "new")]),
        Image([Tars.File("a", "new"), Tars.File("b", "old")]));

    [Fact]
    public Task A_hard_link_to_nothing_is_told_by_where_it_leads() => FindsAsync(
        Image([Tars.HardLink("b", "gone")]), Image([Tars.HardLink("b", "lost")]), "File b Link");

    [Fact]
    public async Task Nothing_is_told_of_layers_history_and_names_in_tars()
    {
        await FindsAsync(Image([Tars.File("a")], [Tars.File("b")]),
            new ImageDraft(new LayerDraft(Tars.Of(Tars.File("b"),
                Tars.Gnu("./a", change: e => (e.UserName, e.GroupName) = ("root", "root"))))
            {
                Compress = t => t,
                MediaType = Engine.Oci.MediaTypes.OciLayer,
            })
            { ConfigText = t => t.Replace("RUN", "COPY", StringComparison.Ordinal) });
    }

    [Fact]
    public async Task Paths_are_passed_over()
    {
        var found = await CompareAsync(Image([Tars.File("a", "1"), Tars.File("var/log/x")]),
            Image([Tars.File("a", "2")]), Squash with { ExcludePaths = ["var"] });
        Assert.Equal(["File a Content"], found.Lines);
        Assert.Equal(1, found.Comparison.ComparedFileCount);
    }

    [Fact]
    public async Task A_layer_that_both_have_is_read_once()
    {
        var transport = new InMemoryTransport();
        TarEntry[] Shared() => [Tars.File("a"), Tars.File("b")];
        var (a, b) = (Image(Shared(), [Tars.File("c")]).Build(), Image([Tars.File("first")], Shared()).Build());
        var found = await CompareAsync(transport, new CompareImagesRequest
        {
            ReferenceImage = transport.Put("a", a),
            DifferenceImage = transport.Put("b", b),
            Options = Squash,
        });
        Assert.Equal(["File c Presence", "File first Presence"], found.Lines);
        Assert.Equal(1, transport.Opened[a.Manifest.Layers[0].Digest]);
        Assert.Equal(2, found.Comparison.ComparedFileCount);
    }

    /// <summary>The second opinion applies layers, one by one, to a dictionary.</summary>
    [Fact]
    public async Task Any_layers_are_what_one_layer_of_the_same_files_is()
    {
        for (var seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            var layers = Enumerable.Range(0, random.Next(1, 5)).Select(_ => RandomLayer(random)).ToArray();
            var flat = new SortedDictionary<string, SmallFile>(StringComparer.Ordinal);
            foreach (var layer in layers)
                Lay(flat, layer);
            var files = flat.Select(f => f.Value.Entry(f.Key)).ToArray();
            var found = await CompareAsync(
                Image([.. layers.Select(l => l.Select(f => f.File.Entry(f.Path)).ToArray())]), Image(files), Squash);
            Assert.True(found.Lines.Count == 0, $"seed {seed}: {string.Join("; ", found.Lines)}");
            Assert.True(layers.Length == 1 || found.Comparison.ComparedFileCount == files.Length || found.Comparison.SameLayerCount > 0, $"seed {seed}");
        }
    }

    /// <summary>The oracle must be able to find a fault: a file more, one less, one that is another.</summary>
    [Fact]
    public async Task What_is_not_what_the_layers_make_is_found()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var layers = Enumerable.Range(0, random.Next(1, 5)).Select(_ => RandomLayer(random)).ToArray();
            var flat = new SortedDictionary<string, SmallFile>(StringComparer.Ordinal);
            foreach (var layer in layers)
                Lay(flat, layer);
            flat["a"] = flat.TryGetValue("a", out var a) && a.Content == "other" ? new(null, "z") : new(null, "other");
            var image = Image([.. layers.Select(l => l.Select(f => f.File.Entry(f.Path)).ToArray())]);
            var found = await CompareAsync(
                image, Image(flat.Select(f => f.Value.Entry(f.Key)).ToArray()), Squash);
            Assert.NotEmpty(found.Lines);
        }
    }

    /// <summary>A file of text, or a folder.</summary>
    private sealed record SmallFile(string? Type, string Content)
    {
        public static readonly SmallFile Folder = new("folder", "");

        public TarEntry Entry(string path) => Type is null ? Tars.File(path, Content) : Tars.Folder(path);
    }

    private static (string Path, SmallFile File)[] RandomLayer(Random random)
    {
        string[] names = ["a", "b", "c"];
        var layer = new SortedDictionary<string, SmallFile>(StringComparer.Ordinal);
        for (var i = random.Next(1, 7); i > 0; i--)
        {
            var depth = random.Next(1, 4);
            var path = "";
            for (var level = 1; level <= depth; level++)
            {
                var name = names[random.Next(3)];
                if (level < depth)
                {
                    path += $"{name}/";
                    if (layer.TryGetValue(path[..^1], out var folder) && folder.Type is null)
                        break; // a file can't hold others in one layer
                    layer[path[..^1]] = SmallFile.Folder;
                    continue;
                }
                var kind = random.Next(5);
                var whole = path + (kind == 0 ? $".wh.{name}" : kind == 1 && path.Length > 0 ? ".wh..wh..opq" : name);
                if (layer.Keys.Any(k => k.StartsWith(whole + "/", StringComparison.Ordinal)))
                    continue;
                layer[whole] = kind == 2 ? SmallFile.Folder : new SmallFile(null, kind < 2 ? "" : $"{random.Next(3)}");
            }
        }
        var files = layer.Select(f => (f.Key, f.Value)).ToArray();
        random.Shuffle(files);
        return files;
    }

    private static void Lay(SortedDictionary<string, SmallFile> all, (string Path, SmallFile File)[] layer)
    {
        foreach (var (path, _) in layer)
        {
            var (folder, name) = (Path.GetDirectoryName(path) ?? "", Path.GetFileName(path));
            if (name == ".wh..wh..opq")
                RemoveBelow(all, folder);
            else if (name.StartsWith(".wh.", StringComparison.Ordinal))
                Remove(all, Path.Combine(folder, name[4..]));
        }
        foreach (var (path, file) in layer.Where(f => !Path.GetFileName(f.Path).StartsWith(".wh.", StringComparison.Ordinal)))
        {
            if (file.Type is null)
                Remove(all, path);
            all[path] = file;
        }
    }

    private static void Remove(SortedDictionary<string, SmallFile> all, string path)
    {
        all.Remove(path);
        RemoveBelow(all, path);
    }

    private static void RemoveBelow(SortedDictionary<string, SmallFile> all, string folder)
    {
        foreach (var path in all.Keys.Where(k => k.StartsWith(folder + "/", StringComparison.Ordinal)).ToList())
            all.Remove(path);
    }
}
