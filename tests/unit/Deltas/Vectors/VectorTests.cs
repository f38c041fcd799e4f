using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;
using Diffah.Tests.Support.SecondReader;

namespace Diffah.Tests.Deltas.Vectors;

/// <summary>
/// Archives of version 2 that are kept: they are restored for ever, and what is written today is the same bytes.
/// tests/vectors/v2/README.md says how they are made anew, on purpose.
/// </summary>
public sealed class VectorTests : IDisposable
{
    private const string Renew = "DIFFAH_RENEW_VECTORS";

    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "vectors", "v2");

    private static readonly Dictionary<string, Func<ArchiveDraft, bool>> Facts = new()
    {
        ["plain"] = d => Kinds(d).SequenceEqual(["plain"]),
        ["no-tar"] = d => Kinds(d).SequenceEqual(["plain"]),
        ["gzip-recipe"] = d => Kinds(d).SequenceEqual(["recipe"]) && d.Sidecar["reused"]!.AsObject().Count == 1,
        ["gzip-recipe-entry"] = d => Kinds(d).SequenceEqual(["recipe_size"]),
        ["another-form"] = d => Kinds(d).SequenceEqual(["recipe", "recipe"]) && !Contents(d).Any(),
        ["sources"] = d => Contents(d).Single()["sources"]!.AsArray().Count == 2,
        ["executable"] = d => HasStream(d, 8, 1),
        ["nested-gzip"] = d => Classes.Any(c => HasStream(d, 9, c)),
        ["nested-jar"] = d => Classes.Any(c => HasStream(d, 9, c)),
        ["version-1-codecs"] = d => d.Patch.Key != d.FullLayer.Key && !Contents(d).Any(),
        ["zstd-recipe"] = d => Kinds(d).SequenceEqual(["recipe"]) && IsWrapped(d, "zstd", hasReference: false),
        ["zstd-recipe-go"] = d => Kinds(d).SequenceEqual(["recipe", "recipe"])
            && IsWrapped(d, "zstd", hasReference: false),
        ["zstd-decisions"] = d => IsWrapped(d, "zstd", hasReference: true),
        ["zstd-decisions-alone"] = d => IsWrapped(d, "zstd", hasReference: false),
        ["gzip-decisions"] = d => IsWrapped(d, "gzip-tokens", hasReference: true),
        ["gzip-decisions-alone"] = d => IsWrapped(d, "gzip-tokens", hasReference: false),
        ["bundle"] = d => d.Sidecar["images"]!.AsArray().Count == 2 && Contents(d).Any(),
        ["models-text"] = d => HasModel(d, 7, 2, isFull: false),
        ["models-text-full"] = d => HasModel(d, 7, 2, isFull: true),
        ["models-executable"] = d => HasStream(d, 8, 1) && HasModel(d, 6, 1, isFull: false),
        ["models-executable-full"] = d => HasStream(d, 8, 1) && HasModel(d, 6, 1, isFull: true),
        ["models-nested"] = d => Classes.Any(c => HasStream(d, 9, c) && HasModel(d, 6, c, isFull: false)),
        ["models-nested-full"] = d => Classes.Any(c => HasStream(d, 9, c) && HasModel(d, 6, c, isFull: true)),
        ["models-no-tar"] = d => HasModel(d, 7, 0, isFull: false),
        ["models-no-tar-full"] = d => HasModel(d, 7, 0, isFull: true),
    };

    private readonly TemporaryFolder _folder = new();

    private static IEnumerable<int> Classes => Enumerable.Range(0, 7);

    public static TheoryData<string> Names => [.. VectorImages.All.Keys];

    // Before there were recipes of zstd streams such layers were patched as they are stored.
    public static TheoryData<string> Written => [.. VectorImages.All.Keys.Where(n => n != "version-1-codecs")];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_is_restored(string name)
    {
        var draft = ArchiveDraft.Read(await File.ReadAllBytesAsync(At(name, "delta.tar")));
        Assert.True(Facts[name](draft), "it has not what it is kept for");
        foreach (var image in Images(draft))
        {
            var restored = await new RestoreBundle(TransportCatalog.Default).RunAsync(new RestoreBundleRequest
            {
                ArchivePath = At(name, "delta.tar"),
                Baselines = Map(image, Reference(name, $"baseline-{image}.tar")),
                Destinations = Map(image, $"dir:{_folder[$"restored-{image}"]}"),
            }, EventSink.None, CancellationToken.None);
            Assert.Equal(await BlobsAsync(name, $"target-{image}.tar"), Blobs(_folder[$"restored-{image}"]));
            Assert.Equal(Digests(name)[image], restored.Images.Single(i => i.Name == image).Image!.ManifestDigest);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_second_reader_restores_it(string name)
    {
        var archive = await File.ReadAllBytesAsync(At(name, "delta.tar"));
        Assert.Empty(StrictDeltaValidator.FindProblems(archive));
        var baselines = new Dictionary<string, Dictionary<string, byte[]>>();
        foreach (var image in Images(ArchiveDraft.Read(archive)))
            baselines[image] = await BlobsAsync(name, $"baseline-{image}.tar");
        StrictDeltaValidator.AssertRestores(archive, baselines);
    }

    [Theory]
    [MemberData(nameof(Written))]
    public async Task The_same_bytes_are_written(string name)
    {
        if (Environment.GetEnvironmentVariable(Renew) is { Length: > 0 })
            await RenewAsync(name);
        var kept = ArchiveDraft.Read(await File.ReadAllBytesAsync(At(name, "delta.tar")));
        await WriteAsync(name, _folder["delta.tar"]);
        var made = ArchiveDraft.Read(await File.ReadAllBytesAsync(_folder["delta.tar"]));
        made.Sidecar["tool_version"] = kept.Sidecar["tool_version"]!.DeepClone();
        Assert.True(kept.Write().AsSpan().SequenceEqual(made.Write()),
            $"{name} is written otherwise. If that is meant, set {Renew}=1 for one run, and say so in the changelog.");
        Assert.True(new FileInfo(At(name, "delta.tar")).Length < 30_000);
    }

    private static async Task RenewAsync(string name)
    {
        if (Directory.Exists(At(name)))
            Directory.Delete(At(name), recursive: true);
        Directory.CreateDirectory(At(name));
        using var lab = new BundleLab();
        var digests = new List<string>();
        foreach (var pair in VectorImages.All[name]())
        {
            digests.Add($"{pair.Name} {pair.Target.Digest}\n");
            foreach (var (part, image) in new[] { ("baseline", pair.Baseline), ("target", pair.Target) })
            {
                await new CopyImage(lab).RunAsync(new CopyImageRequest
                {
                    Source = lab.Put(image),
                    Destination = ImageReference.Parse(Reference(name, $"{part}-{pair.Name}.tar")),
                }, EventSink.None, CancellationToken.None);
            }
        }
        await File.WriteAllTextAsync(At(name, "digests.txt"), string.Concat(digests));
        await WriteAsync(name, At(name, "delta.tar"));
    }

    private static Task<DeltaArchive> WriteAsync(string name, string path) =>
        new CreateBundle(TransportCatalog.Default).RunAsync(new CreateBundleRequest
        {
            Pairs = [.. Digests(name).Keys.Select(image => new DeltaPair(image,
                ImageReference.Parse(Reference(name, $"baseline-{image}.tar")),
                ImageReference.Parse(Reference(name, $"target-{image}.tar"))))],
            OutputPath = path,
            Encoding = new() { FormatVersion = 2, Workers = 2, Effort = VectorImages.EffortOf(name) },
            CreatedAt = DeltaLab.Time,
        }, EventSink.None, CancellationToken.None);

    private async Task<Dictionary<string, byte[]>> BlobsAsync(string name, string file) =>
        await RealImages.BlobsAsync(Reference(name, file), _folder[file]);

    private static Dictionary<string, byte[]> Blobs(string folder) =>
        Directory.EnumerateFiles(folder).Select(File.ReadAllBytes).DistinctBy(b => Engine.Oci.Digest.Compute(b))
            .ToDictionary(b => Engine.Oci.Digest.Compute(b).ToString());

    private static Dictionary<string, string> Digests(string name) =>
        File.ReadAllLines(At(name, "digests.txt")).Select(l => l.Split(' ')).ToDictionary(l => l[0], l => l[1]);

    private static ImmutableSortedDictionary<string, ImageReference> Map(string image, string reference) =>
        ImmutableSortedDictionary.Create<string, ImageReference>(StringComparer.Ordinal)
            .Add(image, ImageReference.Parse(reference));

    private static string At(params string[] parts) => Path.Combine([Folder, .. parts]);

    private static string Reference(string name, string file) => $"oci-archive:{At(name, file)}";

    private static IEnumerable<string> Images(ArchiveDraft draft) =>
        draft.Sidecar["images"]!.AsArray().Select(i => i!["name"]!.GetValue<string>());

    private static IEnumerable<JsonObject> Contents(ArchiveDraft draft) =>
        draft.Sidecar["contents"]!.AsObject().Select(c => c.Value!.AsObject());

    /// <summary>How each layer that is made of a content is wrapped: plain, or where its recipe is.</summary>
    private static IEnumerable<string> Kinds(ArchiveDraft draft) => draft.Blobs.Select(b => b.Value!["wrapping"])
        .Where(w => w is not null).Select(w => w!.AsObject().Last()).Select(
            last => last.Key == "kind" ? last.Value!.GetValue<string>() : last.Key);

    private static bool IsWrapped(ArchiveDraft draft, string kind, bool hasReference) =>
        draft.Blobs.Select(b => b.Value!["wrapping"]?.AsObject()).OfType<JsonObject>().ToArray() is { Length: > 0 } all
        && all.All(w => w["kind"]!.GetValue<string>() == kind && w.ContainsKey("reference") == hasReference);

    private static bool HasStream(ArchiveDraft draft, int kind, int group) =>
        Patches(draft).Any(p => p[kind, group].Left > 0);

    private static bool HasModel(ArchiveDraft draft, int kind, int group, bool isFull) =>
        Contents(draft).All(c => c["codec"]!.GetValue<string>() == "files-cm")
        && Patches(draft).Any(p => p.IsModelled(kind, group) && p[kind, group].Byte() >= 128 == isFull);

    private static IEnumerable<PatchStreams> Patches(ArchiveDraft draft) => draft.Entries
        .Where(e => e.Name.StartsWith("contents/", StringComparison.Ordinal)).Select(e => PatchStreams.Read(e.Content));
}
