using System.Text.Json;

namespace Diffah.Samples;

/// <summary>samples.json: what was written, for tests that are not C#.</summary>
internal static class SampleList
{
    public static void Write(SampleSet set) =>
        File.WriteAllBytes(Path.Combine(set.Folder, "samples.json"), SampleJson.Write(json =>
        {
            json.WriteStartArray();
            foreach (var pair in set.Pairs)
            {
                Entry(json, pair.Format, "v1", set.Folder, pair.V1);
                Entry(json, pair.Format, "v2", set.Folder, pair.V2);
            }
            json.WriteEndArray();
        }, indented: true));

    /// <summary>
    /// The reference is given with a path relative to the folder, so that the list says the same wherever it is
    /// written.
    /// </summary>
    private static void Entry(Utf8JsonWriter json, SampleFormat format, string version, string folder, SampleFile file)
    {
        json.WriteStartObject();
        json.WriteString("format", format.ToString());
        json.WriteString("version", version);
        json.WriteString("path", Path.GetRelativePath(folder, file.Path));
        json.WriteString(
            "reference", file.Reference.Replace(folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal));
        json.WriteString("manifestDigest", file.ManifestDigest);
        json.WriteString("configDigest", file.ConfigDigest);
        Digests(json, "layerDigests", file.LayerDigests);
        Digests(json, "diffIds", file.DiffIds);
        json.WriteEndObject();
    }

    private static void Digests(Utf8JsonWriter json, string name, IEnumerable<string> digests)
    {
        json.WriteStartArray(name);
        foreach (var digest in digests)
            json.WriteStringValue(digest);
        json.WriteEndArray();
    }
}
