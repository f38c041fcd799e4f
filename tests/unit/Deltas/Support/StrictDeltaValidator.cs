using System.Security.Cryptography;
using System.Text.Json;
using Diffah.Tests.Support;
using Diffah.Tests.Support.SecondReader;

namespace Diffah.Tests.Deltas.Support;

/// <summary>
/// Checks a delta archive, of version v1 or v2, against every rule of the format, from the format's description alone:
/// nothing of the engine is used, so the engine's reader and writer can't be wrong together without its telling.
/// </summary>
internal sealed class StrictDeltaValidator
{
    private readonly List<string> _problems = [];
    private readonly IReadOnlyDictionary<string, string[]>? _baselineLayers;
    private readonly Dictionary<string, byte[]> _entries = [];
    private readonly HashSet<(string Digest, string MediaType)> _mediaTypes = [];
    private readonly List<(string Digest, bool BaselineHas)> _uses = [];
    private JsonElement _sidecar;

    private StrictDeltaValidator(IReadOnlyDictionary<string, string[]>? baselineLayers) =>
        _baselineLayers = baselineLayers;

    /// <summary>Everything that is wrong with an archive, a sentence each; empty where nothing is.</summary>
    /// <param name="archive">The archive's bytes, not compressed.</param>
    /// <param name="baselineLayers">Digests of the layers of each image's baseline, by the image's name; null where
    /// they are not known.</param>
    public static IReadOnlyList<string> FindProblems(
        byte[] archive, IReadOnlyDictionary<string, string[]>? baselineLayers = null)
    {
        var validator = new StrictDeltaValidator(baselineLayers);
        validator.Run(archive);
        return validator._problems;
    }

    /// <summary>Fails where anything is wrong with an archive of one image.</summary>
    public static void AssertValid(byte[] archive, MemoryImage baseline) =>
        AssertValid(archive, [new NamedPair("default", baseline, baseline)]);

    /// <summary>
    /// Fails where anything is wrong with an archive of these images; their targets are not looked at.
    /// </summary>
    public static void AssertValid(byte[] archive, IEnumerable<NamedPair> pairs)
    {
        var baselines = pairs.ToDictionary(p => p.Name, p => p.Baseline);
        Assert.Empty(FindProblems(archive, baselines.ToDictionary(
            b => b.Key, b => b.Value.Manifest.Layers.Select(l => l.Digest.ToString()).ToArray())));
        AssertRestores(archive, baselines.ToDictionary(
            b => b.Key, b => b.Value.Blobs.ToDictionary(blob => blob.Key.ToString(), blob => blob.Value)));
    }

    /// <summary>
    /// Fails unless a second reader, which was written from the pages of the format, makes every blob of the archive's
    /// images, byte for byte by its digest, and every layer that is reused in another form.
    /// </summary>
    /// <param name="archive">The archive's bytes, not compressed.</param>
    /// <param name="baselines">The blobs of each image's baseline.</param>
    public static void AssertRestores(
        byte[] archive, IReadOnlyDictionary<string, Dictionary<string, byte[]>> baselines)
    {
        var entries = StrictTar.Read(archive, []);
        var sidecar = JsonDocument.Parse(entries[0].Content).RootElement;
        var stored = entries.Skip(1).ToDictionary(e => e.Name, e => e.Content);
        foreach (var image in sidecar.GetProperty("images").EnumerateArray())
        {
            var blobs = baselines[image.GetProperty("name").GetString()!];
            var contents = new ArchiveContents(sidecar, stored, blobs);
            foreach (var (digest, blob) in contents.Restore(image))
                Assert.Equal(digest, Hash(digest, blob));
            if (!sidecar.TryGetProperty("reused", out var reused))
                continue;
            foreach (var layer in reused.EnumerateObject().Where(l => blobs.ContainsKey(l.Name)))
                Assert.Equal(blobs[layer.Name], contents.Reused(layer.Name));
        }
    }

    private void Run(byte[] archive)
    {
        var entries = StrictTar.Read(archive, _problems);
        if (entries.Count == 0 || entries[0].Name != "diffah.json")
        {
            _problems.Add("the first entry is not diffah.json");
            return;
        }
        if (new StrictSidecar(_problems).Check(entries[0].Content) is not { } sidecar)
            return;
        _sidecar = sidecar;
        CheckEntries([.. entries.Skip(1)]);
        var blobs = Blobs.ToArray();
        foreach (var blob in blobs.Where(b => b.Value.TryGetProperty("archive_size", out _)
            && _entries.ContainsKey(NameOf("blobs", b.Name))))
            CheckStored(blob.Name, blob.Value);
        CheckContents();
        if (_problems.Count == 0)
            CheckImages(blobs);
    }

    private IEnumerable<JsonProperty> Blobs => _sidecar.GetProperty("blobs").EnumerateObject();

    private void CheckEntries((string Name, byte[] Content)[] entries)
    {
        var expected = Stored().Order(StringComparer.Ordinal).ToArray();
        if (!entries.Select(e => e.Name).SequenceEqual(expected))
            _problems.Add("the entries are not exactly what the sidecar names, in ascending order");
        foreach (var (name, content) in entries)
            _entries[name] = content;
    }

    /// <summary>The names of the entries that the sidecar asks for.</summary>
    private IEnumerable<string> Stored()
    {
        foreach (var blob in Blobs.Where(b => Encoding(b.Name) != "content"))
            yield return NameOf("blobs", blob.Name);
        foreach (var content in All("contents"))
        {
            foreach (var (number, _) in WaysOf(content))
                yield return NameOf("contents", content.Name) + number;
        }
        foreach (var blob in Blobs.Concat(All("reused")).Where(b => StoredRecipe(b.Value) is not null))
            yield return NameOf("recipes", blob.Name);
        if (Account is { } account)
            yield return NameOf("files", account.GetProperty("digest").GetString()!);
    }

    /// <summary>What the name of each way's entry ends with, and what is said of it.</summary>
    private static IEnumerable<(string Number, JsonElement Way)> WaysOf(JsonProperty content) =>
    [
        ("", content.Value),
        .. content.Value.TryGetProperty("alternatives", out var others)
            ? others.EnumerateArray().Select((way, i) => ($".{i + 1}", way)) : [],
    ];

    private static string NameOf(string folder, string digest) => $"{folder}/{digest.Replace(':', '/')}";

    private JsonElement.ObjectEnumerator All(string name) =>
        _sidecar.TryGetProperty(name, out var all) ? all.EnumerateObject() : default;

    private static long? StoredRecipe(JsonElement blob) =>
        blob.TryGetProperty("wrapping", out var wrapping) && wrapping.TryGetProperty("recipe_size", out var size)
            ? size.GetInt64()
            : null;

    private JsonElement? Account => _sidecar.TryGetProperty("files", out var files) ? files : null;

    private void CheckAccount(JsonElement account)
    {
        var digest = account.GetProperty("digest").GetString()!;
        CheckSize(NameOf("files", digest), account.GetProperty("archive_size").GetInt64());
        if (!_entries.TryGetValue(NameOf("files", digest), out var stored))
            return;
        Require(Hash(digest, stored) == digest, "the account of files does not have its digest");
        _problems.AddRange(StrictAccount.FindProblems(stored, _sidecar.GetProperty("contents")));
    }

    private void CheckContents()
    {
        if (Account is { } account)
            CheckAccount(account);
        foreach (var content in All("contents"))
        {
            foreach (var (number, way) in WaysOf(content))
                CheckSize(NameOf("contents", content.Name) + number, way.GetProperty("archive_size").GetInt64());
        }
        foreach (var blob in Blobs.Concat(All("reused")))
        {
            if (StoredRecipe(blob.Value) is { } size)
                CheckSize(NameOf("recipes", blob.Name), size);
        }
    }

    private void CheckSize(string name, long size) => Require(
        !_entries.TryGetValue(name, out var stored) || stored.Length == size,
        $"{name} has another size than the sidecar says");

    private void CheckStored(string digest, JsonElement blob)
    {
        var content = _entries[NameOf("blobs", digest)];
        Require(content.Length == blob.GetProperty("archive_size").GetInt64(),
            $"{digest} has another size than archive_size");
        if (blob.GetProperty("encoding").GetString() == "full")
        {
            Require(Hash(digest, content) == digest, $"{digest} does not have its digest");
            return;
        }
        var problem = ZstdFrame.WhyNotOne(content, out var size);
        Require(problem is null, $"the patch {digest} is not one zstd frame: {problem}");
        Require(size is null || size == blob.GetProperty("size").GetInt64(),
            $"the patch {digest} is of a blob of another size");
    }

    private void CheckImages(JsonProperty[] blobs)
    {
        var needed = new HashSet<string>();
        foreach (var image in _sidecar.GetProperty("images").EnumerateArray())
            CheckImage(image, needed);
        foreach (var blob in blobs)
        {
            Require(needed.Contains(blob.Name), $"{blob.Name} belongs to no image");
            // Manifests may call the same blob by two media types; the sidecar has room for one.
            Require(_mediaTypes.Contains((blob.Name, blob.Value.GetProperty("media_type").GetString()!)),
                $"{blob.Name} has another media type than in the manifests");
        }
        foreach (var layer in All("reused"))
            Require(needed.Contains(layer.Name), $"the reused layer {layer.Name} belongs to no image");
        // What one of several baselines lacks travels, and others may have it.
        if (_sidecar.GetProperty("images").EnumerateArray().Any(i => i.TryGetProperty("other_baselines", out _)))
            return;
        // Any image may be restored alone: a layer is left out only where every image that uses it finds it in its own
        // baseline.
        foreach (var idle in _uses.GroupBy(u => u.Digest, u => u.BaselineHas)
            .Where(g => g.All(has => has) && Encoding(g.Key) is not null))
            _problems.Add($"the layer {idle.Key} travels although every baseline has it");
    }

    private void CheckImage(JsonElement image, HashSet<string> needed)
    {
        var target = image.GetProperty("target");
        var digest = target.GetProperty("manifest_digest").GetString()!;
        if (Encoding(digest) != "full")
        {
            _problems.Add($"the manifest {digest} does not travel whole");
            return;
        }
        var stored = _sidecar.GetProperty("blobs").GetProperty(digest);
        Require(stored.GetProperty("size").GetInt64() == target.GetProperty("manifest_size").GetInt64(),
            $"the manifest {digest} has another size than manifest_size");
        Require(stored.GetProperty("media_type").GetString() == target.GetProperty("media_type").GetString(),
            $"the manifest {digest} has two media types");
        needed.Add(digest);
        _mediaTypes.Add((digest, target.GetProperty("media_type").GetString()!));
        var manifest = JsonDocument.Parse(_entries[NameOf("blobs", digest)]).RootElement;
        var config = manifest.GetProperty("config");
        CheckDescriptor(config);
        needed.Add(config.GetProperty("digest").GetString()!);
        Require(Encoding(config.GetProperty("digest").GetString()!) == "full",
            $"the configuration of {digest} does not travel whole");
        var baseline = _baselineLayers?.GetValueOrDefault(image.GetProperty("name").GetString()!);
        foreach (var layer in manifest.GetProperty("layers").EnumerateArray())
        {
            CheckLayer(layer, baseline);
            needed.Add(layer.GetProperty("digest").GetString()!);
        }
    }

    private void CheckLayer(JsonElement layer, string[]? baseline)
    {
        var digest = layer.GetProperty("digest").GetString()!;
        CheckDescriptor(layer);
        if (baseline is null)
            return;
        Require(baseline.Contains(digest) || Encoding(digest) is not null,
            $"the layer {digest} is neither in the archive nor in the baseline");
        _uses.Add((digest, baseline.Contains(digest)));
        if (Encoding(digest) == "patch")
        {
            var from = _sidecar.GetProperty("blobs").GetProperty(digest).GetProperty("patch_from_digest").GetString();
            Require(
                baseline.Contains(from), $"the layer {digest} is a patch of {from}, which the baseline does not have");
        }
    }

    private void CheckDescriptor(JsonElement descriptor)
    {
        var digest = descriptor.GetProperty("digest").GetString()!;
        if (!_sidecar.GetProperty("blobs").TryGetProperty(digest, out var blob))
            return;
        Require(blob.GetProperty("size").GetInt64() == descriptor.GetProperty("size").GetInt64(),
            $"{digest} has another size in the manifest");
        _mediaTypes.Add((digest, descriptor.GetProperty("mediaType").GetString()!));
    }

    private string? Encoding(string digest) =>
        _sidecar.GetProperty("blobs").TryGetProperty(digest, out var blob)
            ? blob.GetProperty("encoding").GetString()
            : null;

    private static string Hash(string digest, byte[] content)
    {
        var algorithm = digest[..digest.IndexOf(':')];
        var hash = algorithm switch
        {
            "sha256" =>
            SHA256.HashData(content),
            "sha384" => SHA384.HashData(content),
            _ => SHA512.HashData(content)
        };
        return $"{algorithm}:{Convert.ToHexStringLower(hash)}";
    }

    private void Require(bool condition, string problem)
    {
        if (!condition)
            _problems.Add(problem);
    }
}
