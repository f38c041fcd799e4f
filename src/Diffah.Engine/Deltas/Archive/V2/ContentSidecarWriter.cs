using System.Text.Json;
using Diffah.Engine.Deltas.Archive.V1;

namespace Diffah.Engine.Deltas.Archive.V2;

/// <summary>Writes a sidecar of version 2: that of version 1, and contents.</summary>
internal sealed class ContentSidecarWriter : SidecarWriter
{
    protected override void WriteEncoding(Utf8JsonWriter json, StoredBlob blob)
    {
        if (blob.Form is not { } form)
        {
            base.WriteEncoding(json, blob);
            if (blob.Fallback is { } fallback)
            {
                WriteText(json, "fallback", fallback.Reason);
                WriteText(json, "fallback_detail", fallback.Detail);
            }
            return;
        }
        WriteText(json, "encoding", ContentSidecarReader.Encoding);
        WriteForm(json, form);
    }

    protected override void WriteMore(Utf8JsonWriter json, ArchiveManifest sidecar)
    {
        if (!sidecar.Requires.IsEmpty)
            WriteRequires(json, sidecar.Requires);
        json.WriteStartObject("contents");
        foreach (var (diffId, patch) in sidecar.Contents)
        {
            json.WriteStartObject(diffId.ToString());
            json.WriteNumber("size", patch.Size);
            WritePatch(json, patch);
            WriteAlternatives(json, patch);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        ChainedParts.Write(json, sidecar);
        json.WriteStartObject("reused");
        foreach (var (digest, layer) in sidecar.Reused)
        {
            json.WriteStartObject(digest.ToString());
            json.WriteNumber("size", layer.Size);
            WriteForm(json, layer.Form);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        SinceField.Write(json, sidecar.Since);
        if (sidecar.Account is { } account)
        {
            json.WriteStartObject("files");
            WriteText(json, "digest", account.Digest.ToString());
            json.WriteNumber("archive_size", account.ArchiveSize);
            json.WriteEndObject();
        }
        new IndexSectionWriter(json, WriteText).Write(sidecar);
    }

    private static void WritePatch(Utf8JsonWriter json, ContentPatch patch)
    {
        WriteText(json, "codec", patch.Codec);
        json.WriteStartArray("sources");
        foreach (var source in patch.Sources)
            json.WriteStringValue(source.ToString());
        json.WriteEndArray();
        json.WriteNumber("archive_size", patch.ArchiveSize);
    }

    private static void WriteAlternatives(Utf8JsonWriter json, ContentPatch patch)
    {
        if (patch.Alternatives.IsEmpty)
            return;
        json.WriteStartArray(AlternativesReader.Name);
        foreach (var other in patch.Alternatives)
        {
            json.WriteStartObject();
            WritePatch(json, other);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteRequires(Utf8JsonWriter json, IEnumerable<string> names)
    {
        json.WriteStartArray(RequiresReader.Name);
        foreach (var name in names)
            json.WriteStringValue(name);
        json.WriteEndArray();
    }

    protected override void WriteBaseline(Utf8JsonWriter json, ArchiveBaseline baseline)
    {
        if (baseline.ReadSize is { } size)
            json.WriteNumber("read_size", size);
        if (baseline.FetchSize is { } fetched)
            json.WriteNumber("fetch_size", fetched);
    }

    protected override void WriteMore(Utf8JsonWriter json, ArchiveImage image) =>
        SeveralBaselines.Write(json, image, WriteFields);

    private static void WriteForm(Utf8JsonWriter json, LayerForm form)
    {
        WriteText(json, "content", form.Content.ToString());
        json.WriteStartObject("wrapping");
        WriteText(json, "kind", ContentSidecarReader.NameOf(form.Wrapping.Kind));
        if (form.Wrapping.StoredRecipe > 0)
            json.WriteNumber("recipe_size", form.Wrapping.StoredRecipe);
        else if (!form.Wrapping.Recipe.IsEmpty)
            json.WriteBase64String("recipe", form.Wrapping.Recipe.Span);
        if (form.Wrapping.Reference is { } reference)
            WriteText(json, "reference", reference.ToString());
        json.WriteEndObject();
    }
}
