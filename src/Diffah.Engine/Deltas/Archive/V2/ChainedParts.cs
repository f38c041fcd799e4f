using System.Collections.Immutable;
using System.Text.Json;
using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Archive.V2;

/// <summary>
/// What a sidecar says more where parts are made of other parts of the archive: which contents are in blobs that it
/// has.
/// </summary>
internal static class ChainedParts
{
    private const string Name = "held";

    /// <summary>Reads which contents are in blobs; none where the archive is not chained.</summary>
    /// <param name="root">The sidecar.</param>
    /// <param name="isChained">Whether the archive says that it is.</param>
    /// <exception cref="DiffahException">ArchiveInvalid, InvalidDigest.</exception>
    public static ImmutableSortedDictionary<Digest, Digest> Read(SidecarFields root, bool isChained)
    {
        var held = ImmutableSortedDictionary.CreateBuilder<Digest, Digest>();
        if (!isChained || root.OptionalObject(Name) is not { } all)
            return held.ToImmutable();
        foreach (var property in all.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String)
                throw SidecarFields.Invalid(
                    $"the content {ShortText.Cut(property.Name, 80)} is held by what is not a digest");
            held.Add(Digest.Parse(property.Name), Digest.Parse(property.Value.GetString()!));
        }
        return held.ToImmutable();
    }

    /// <summary>Writes which contents are in blobs.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="sidecar">What is to be said.</param>
    public static void Write(Utf8JsonWriter json, ArchiveManifest sidecar)
    {
        if (sidecar.Held.IsEmpty)
            return;
        json.WriteStartObject(Name);
        foreach (var (content, blob) in sidecar.Held)
            json.WriteString(content.ToString(), blob.ToString());
        json.WriteEndObject();
    }

    /// <summary>Refuses parts that wait for each other, and blobs that can't hold a content.</summary>
    /// <param name="sidecar">What the archive says.</param>
    /// <exception cref="DiffahException">ArchiveInvalid.</exception>
    public static void Validate(ArchiveManifest sidecar)
    {
        if (!sidecar.IsChained)
            return;
        foreach (var (content, blob) in sidecar.Held)
        {
            if (!sidecar.Blobs.TryGetValue(blob, out var stored) || stored.Form is not null)
                throw SidecarFields.Invalid(
                    $"content {content} is held by blob {blob}, which is not there or made of a content");
            if (sidecar.Contents.ContainsKey(content))
                throw SidecarFields.Invalid($"content {content} is held by a blob and made of a patch");
        }
        // What each is made of has to be plain: nobody writes both.
        if (sidecar.Contents.FirstOrDefault(c => !c.Value.Alternatives.IsEmpty) is { Value: not null } several)
            throw SidecarFields.Invalid(
                $"content {several.Key} is made in several ways, and parts of the archive are made of others");
        if (!PartNeeds.AreOrdered(sidecar))
            throw SidecarFields.Invalid("parts of it wait for each other, or more than "
                + $"{PartNeeds.MaximumDepth} one for the other");
    }
}
