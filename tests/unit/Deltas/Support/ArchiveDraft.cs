using System.Formats.Tar;
using System.Text.Json;
using System.Text.Json.Nodes;
using Diffah.Engine.Oci;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Support;

/// <summary>An archive taken apart, to be changed and put together again.</summary>
internal sealed class ArchiveDraft
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping
    };

    private ArchiveDraft(JsonObject sidecar, List<RawEntry> entries) => (Sidecar, Entries) = (sidecar, entries);

    public JsonObject Sidecar { get; }

    /// <summary>A blob that is stored whole, be it a manifest.</summary>
    public string FullLayerOrDocument() =>
        Blobs.First(b => b.Value!["encoding"]!.GetValue<string>() == "full").Key;

    /// <summary>The entries after the sidecar.</summary>
    public List<RawEntry> Entries { get; }

    /// <summary>What the sidecar entry holds, where it is to be other than <see cref="Sidecar"/>.</summary>
    public byte[]? SidecarBytes { get; set; }

    /// <summary>Puts the archive together, where that is to be done in another way.</summary>
    public Func<RawEntry, IReadOnlyList<RawEntry>, byte[]>? Assemble { get; set; }

    public JsonObject Blobs => Sidecar["blobs"]!.AsObject();

    public JsonObject Image => Sidecar["images"]![0]!.AsObject();

    public JsonObject Target => Image["target"]!.AsObject();

    public JsonObject Baseline => Image["baseline"]!.AsObject();

    /// <summary>The first blob that is a patch.</summary>
    public KeyValuePair<string, JsonObject> Patch => First("patch", layersOnly: true);

    /// <summary>The first layer that is stored whole.</summary>
    public KeyValuePair<string, JsonObject> FullLayer => First("full", layersOnly: true);

    /// <summary>Contents that the archive has patches for; empty in version 1.</summary>
    public JsonObject Contents => Sidecar["contents"]?.AsObject() ?? [];

    public static ArchiveDraft Read(byte[] archive)
    {
        using var tar = new TarReader(new MemoryStream(archive));
        JsonObject? sidecar = null;
        var entries = new List<RawEntry>();
        while (tar.GetNextEntry(copyData: true) is { } entry)
        {
            using var content = new MemoryStream();
            entry.DataStream?.CopyTo(content);
            if (sidecar is null)
                sidecar = JsonNode.Parse(content.ToArray())!.AsObject();
            else
                entries.Add(new RawEntry(entry.Name, content.ToArray()));
        }
        return new ArchiveDraft(sidecar!, entries);
    }

    public byte[] Write()
    {
        var sidecar = new RawEntry(
            "diffah.json", SidecarBytes ?? IndentedSidecar());
        return Assemble?.Invoke(sidecar, Entries) ?? RawTar.Write(Entries.Prepend(sidecar));
    }

    /// <summary>The sidecar as the format lays it out.</summary>
    public byte[] IndentedSidecar() => JsonSerializer.SerializeToUtf8Bytes(Sidecar, Indented);

    public static string EntryName(string digest) => "blobs/" + digest.Replace(':', '/');

    public int IndexOf(string digest) => Entries.FindIndex(e => e.Name == EntryName(digest));

    public byte[] Content(string digest) => Entries[IndexOf(digest)].Content;

    /// <summary>Replaces what is stored of a blob, and the size the sidecar says it has.</summary>
    public void Store(string digest, byte[] content)
    {
        Blobs[digest]!["archive_size"] = content.Length;
        var index = IndexOf(digest);
        Entries[index] = Entries[index] with { Content = content };
    }

    /// <summary>The name of the patch that makes the content of one of an image's layers; null where none is.</summary>
    public string? ContentEntryOf(MemoryImage image) => image.Manifest.Layers
        .Select(l => Blobs[l.Digest.ToString()]?["content"]?.GetValue<string>())
        .Where(content => content is not null && Contents.ContainsKey(content))
        .Select(content => "contents/" + content!.Replace(':', '/')).FirstOrDefault();

    /// <summary>Changes a byte in the middle of an entry.</summary>
    public void Damage(string entry)
    {
        var content = Entries.Single(e => e.Name == entry).Content;
        content[content.Length / 2] ^= 0xFF;
    }

    /// <summary>Removes a blob from the sidecar and the entries.</summary>
    public void Drop(string digest)
    {
        Blobs.Remove(digest);
        Entries.RemoveAt(IndexOf(digest));
    }

    /// <summary>Adds a blob that is stored whole.</summary>
    public string Add(byte[] content, string mediaType)
    {
        var digest = Digest.Compute(content).ToString();
        Blobs[digest] = new JsonObject
        {
            ["size"] = content.Length,
            ["media_type"] = mediaType,
            ["encoding"] = "full",
            ["archive_size"] = content.Length
        };
        Entries.Add(new RawEntry(EntryName(digest), content));
        return digest;
    }

    /// <summary>Replaces the target's manifest by an edited one, everywhere it is named.</summary>
    public void EditManifest(Action<JsonObject> edit)
    {
        var old = Target["manifest_digest"]!.GetValue<string>();
        var manifest = JsonNode.Parse(Content(old))!.AsObject();
        edit(manifest);
        ReplaceManifest(JsonSerializer.SerializeToUtf8Bytes(manifest));
    }

    /// <summary>Replaces the target's manifest by other bytes, everywhere it is named.</summary>
    public void ReplaceManifest(byte[] bytes)
    {
        Drop(Target["manifest_digest"]!.GetValue<string>());
        Target["manifest_digest"] = Add(bytes, Target["media_type"]!.GetValue<string>());
        Target["manifest_size"] = bytes.Length;
    }

    private KeyValuePair<string, JsonObject> First(string encoding, bool layersOnly) => Blobs
        .Where(b => b.Value!["encoding"]!.GetValue<string>() == encoding
            && (!layersOnly || !b.Value!["media_type"]!.GetValue<string>().EndsWith("+json", StringComparison.Ordinal)))
        .Select(b => KeyValuePair.Create(b.Key, b.Value!.AsObject())).First();
}
