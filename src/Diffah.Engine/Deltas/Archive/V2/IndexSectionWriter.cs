using System.Text.Json;

namespace Diffah.Engine.Deltas.Archive.V2;

/// <summary>Writes what a sidecar says of indexes and referrers; nothing where there are none.</summary>
/// <param name="json">Where to.</param>
/// <param name="text">Writes a text in its one form.</param>
internal sealed class IndexSectionWriter(Utf8JsonWriter json, Action<Utf8JsonWriter, string, string> text)
{
    /// <summary>Writes both lists.</summary>
    /// <param name="sidecar">The sidecar.</param>
    public void Write(ArchiveManifest sidecar)
    {
        if (!sidecar.Indexes.IsEmpty)
            WriteList("indexes", sidecar.Indexes, Write);
        if (!sidecar.Referrers.IsEmpty)
            WriteList("referrers", sidecar.Referrers, Write);
    }

    private void Write(ArchiveIndex index)
    {
        Text("name", index.Name);
        Text("manifest_digest", index.Target.ManifestDigest.ToString());
        json.WriteNumber("manifest_size", index.Target.ManifestSize);
        Text("media_type", index.Target.MediaType);
        if (index.Target.Tag is { } tag)
            Text("tag", tag);
        WriteList("images", index.Images, image =>
        {
            Text("name", image.Name);
            if (image.Platform is { } platform)
                Text("platform", platform.ToString());
            if (image.BaselinePlatform is { } baseline)
                Text("baseline_platform", baseline.ToString());
        });
    }

    private void Write(ArchiveReferrer referrer)
    {
        Text("subject", referrer.Subject.ToString());
        Text("manifest_digest", referrer.Manifest.Digest.ToString());
        json.WriteNumber("manifest_size", referrer.Manifest.Size);
        Text("media_type", referrer.Manifest.MediaType);
        if (referrer.ArtifactType.Length > 0)
            Text("artifact_type", referrer.ArtifactType);
    }

    private void WriteList<T>(string name, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(item);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private void Text(string name, string value) => text(json, name, value);
}
