using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace Diffah.Tests.Support.SecondReader;

/// <summary>
/// Makes the blobs of an archive's images of a baseline's: a second reader of docs/format.md, written from that page.
/// Every blob is checked against its digest.
/// </summary>
/// <param name="sidecar">The sidecar.</param>
/// <param name="entries">The archive's other entries, by their names.</param>
/// <param name="baseline">The baseline's blobs, by their digests.</param>
internal sealed class ArchiveContents(
    JsonElement sidecar, IReadOnlyDictionary<string, byte[]> entries, IReadOnlyDictionary<string, byte[]> baseline)
{
    private readonly Dictionary<string, byte[]> _made = [];
    private readonly Dictionary<byte[], byte[]> _contents = [];
    private readonly bool _isChained = sidecar.TryGetProperty("requires", out var requires)
        && requires.EnumerateArray().Any(r => r.GetString() == "chained");

    // What only some of several baselines have travels for the others.
    private readonly bool _hasSeveral = sidecar.GetProperty("images").EnumerateArray()
        .Any(i => i.TryGetProperty("other_baselines", out _));

    /// <summary>All blobs of an image: manifest, configuration and layers.</summary>
    public Dictionary<string, byte[]> Restore(JsonElement image)
    {
        var manifestDigest = image.GetProperty("target").GetProperty("manifest_digest").GetString()!;
        var blobs = new Dictionary<string, byte[]> { [manifestDigest] = Blob(manifestDigest) };
        var manifest = JsonDocument.Parse(blobs[manifestDigest]).RootElement;
        foreach (var descriptor in manifest.GetProperty("layers").EnumerateArray()
            .Prepend(manifest.GetProperty("config")))
        {
            var digest = descriptor.GetProperty("digest").GetString()!;
            blobs[digest] = Blob(digest);
        }
        return blobs;
    }

    /// <summary>A blob of the target, and one that the baseline has in another form.</summary>
    public byte[] Blob(string digest)
    {
        var made = _isChained && baseline.TryGetValue(digest, out var held) ? held
            : sidecar.GetProperty("blobs").TryGetProperty(digest, out var blob) ? Travelling(digest, blob)
            : baseline.TryGetValue(digest, out var own) ? own
            : Reused(digest);
        return Checked(digest, made);
    }

    /// <summary>A layer that does not travel, made of its content.</summary>
    public byte[] Reused(string digest) => sidecar.GetProperty("reused").TryGetProperty(digest, out var layer)
        ? Checked(digest, Wrapped(digest, layer))
        : throw new InvalidDataException($"{digest} is nowhere");

    private byte[] Travelling(string digest, JsonElement blob)
    {
        switch (blob.GetProperty("encoding").GetString())
        {
            case "full":
                return Entry("blobs", digest);
            case "patch":
                var from = blob.GetProperty("patch_from_digest").GetString()!;
                return Patched(Entry("blobs", digest), _isChained ? Blob(from) : baseline[from],
                    blob.GetProperty("size").GetInt32());
            default:
                return Wrapped(digest, blob);
        }
    }

    private byte[] Wrapped(string digest, JsonElement form)
    {
        var content = Content(form.GetProperty("content").GetString()!);
        var wrapping = form.GetProperty("wrapping");
        var kind = wrapping.GetProperty("kind").GetString()!;
        var made = kind == "plain" ? content
            : Encoders.Rebuild(kind, content, wrapping.TryGetProperty("recipe", out var recipe)
                ? recipe.GetBytesFromBase64()
                : Entry("recipes", digest), Reference(wrapping));
        return made.Length == form.GetProperty("size").GetInt64()
            ? made
            : throw new InvalidDataException($"{digest} has another size");
    }

    private (byte[] Blob, byte[] Content)? Reference(JsonElement wrapping)
    {
        if (!wrapping.TryGetProperty("reference", out var reference))
            return null;
        var blob = _isChained ? Blob(reference.GetString()!) : baseline[reference.GetString()!];
        return (blob, Decompressed(blob));
    }

    private byte[] Content(string diffId)
    {
        if ((_isChained || _hasSeveral) && FindInBaseline(diffId) is { } own)
            return own;
        if (_isChained && sidecar.TryGetProperty("held", out var all) && all.TryGetProperty(diffId, out var holder))
            return Checked(diffId, Decompressed(Blob(holder.GetString()!)));
        if (!sidecar.GetProperty("contents").TryGetProperty(diffId, out var content))
            return OfBaseline(diffId);
        if (_made.TryGetValue(diffId, out var made))
            return made;
        made = Checked(diffId, content.TryGetProperty("alternatives", out var others)
            ? MadeInOneWay(diffId, [content, .. others.EnumerateArray()])
            : Made(content, Entry("contents", diffId)));
        return made.Length == content.GetProperty("size").GetInt64()
            ? _made[diffId] = made
            : throw new InvalidDataException($"the content {diffId} has another size");
    }

    // Sources come from the baseline, also where the archive makes such a content, if it is not chained.
    private byte[] Made(JsonElement way, byte[] patch) => ContentReader.Read(
        patch,
        [
            .. way.GetProperty("sources").EnumerateArray().Select(s => s.GetString()!)
                .Select(s => _isChained ? Content(s) : OfBaseline(s)),
        ]);

    // Any way whose sources the baseline has will do, and none is needed where it has the content.
    private byte[] MadeInOneWay(string diffId, JsonElement[] ways)
    {
        if (FindInBaseline(diffId) is { } held)
            return held;
        var number = Array.FindIndex(ways, w => w.GetProperty("sources").EnumerateArray()
            .All(s => FindInBaseline(s.GetString()!) is not null));
        return number < 0
            ? throw new InvalidDataException($"the baseline has the sources of no way to make {diffId}")
            : Made(ways[number], Entry("contents", number == 0 ? diffId : $"{diffId}.{number}"));
    }

    private byte[] OfBaseline(string diffId) => FindInBaseline(diffId)
        ?? throw new InvalidDataException($"the baseline has no content {diffId}");

    private byte[]? FindInBaseline(string diffId)
    {
        foreach (var blob in baseline.Values)
        {
            if (!_contents.TryGetValue(blob, out var content))
                _contents[blob] = content = Decompressed(blob);
            if (DigestOf(diffId, content) == diffId)
                return content;
        }
        return null;
    }

    private byte[] Entry(string folder, string digest) =>
        entries.TryGetValue($"{folder}/{digest.Replace(':', '/')}", out var content)
            ? content
            : throw new InvalidDataException($"{folder} has no {digest}");

    private static byte[] Patched(byte[] patch, byte[] from, int length)
    {
        using var zstd = new ZstdSharp.Decompressor();
        zstd.SetParameter(ZstdSharp.Unsafe.ZSTD_dParameter.ZSTD_d_windowLogMax, 31);
        zstd.LoadDictionary(from);
        return zstd.Unwrap(patch, length).ToArray();
    }

    private static byte[] Decompressed(byte[] blob)
    {
        if (blob is [0x1F, 0x8B, ..])
        {
            using var gzip = new GZipStream(new MemoryStream(blob), CompressionMode.Decompress);
            using var content = new MemoryStream();
            gzip.CopyTo(content);
            return content.ToArray();
        }
        if (blob is not [0x28, 0xB5, 0x2F, 0xFD, ..])
            return blob;
        using var zstd = new ZstdSharp.DecompressionStream(new MemoryStream(blob));
        using var plain = new MemoryStream();
        zstd.CopyTo(plain);
        return plain.ToArray();
    }

    private static byte[] Checked(string digest, byte[] content) => DigestOf(digest, content) == digest
        ? content
        : throw new InvalidDataException($"{digest} is made with another digest");

    private static string DigestOf(string like, byte[] content)
    {
        var algorithm = like[..like.IndexOf(':', StringComparison.Ordinal)];
        var hash = algorithm switch
        {
            "sha256" => SHA256.HashData(content),
            "sha384" => SHA384.HashData(content),
            _ => SHA512.HashData(content),
        };
        return $"{algorithm}:{Convert.ToHexStringLower(hash)}";
    }
}
