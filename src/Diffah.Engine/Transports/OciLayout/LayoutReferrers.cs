using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Transports.OciLayout;

/// <summary>
/// What refers to the images of a layout: manifests with a <c>subject</c> that index.json lists, and those that an
/// index named <c>sha256-…</c> lists, as the fallback tag of a registry does.
/// </summary>
/// <param name="source">Reads manifests; not owned.</param>
/// <param name="entries">What index.json lists.</param>
internal sealed class LayoutReferrers(IImageSource source, ImmutableArray<Descriptor> entries)
{
    // Each is read to see what it refers to.
    private const int MaximumRead = 4096;

    // A name in annotations is that of an image, and would give the referrer one.
    private static readonly string[] Names = [Descriptor.RefNameAnnotation, "io.containerd.image.name"];

    // What is said of a referrer in index.json, where all share 4 MiB.
    private const int MaximumAnnotations = 8 << 10;

    private static readonly ImmutableSortedDictionary<string, string> NoAnnotations =
        ImmutableSortedDictionary<string, string>.Empty;

    private readonly Lock _turn = new();
    private Task<ILookup<Digest, Referrer>>? _reading;

    /// <summary>Digests of the entries that say that they are artifacts, and have neither name nor platform.</summary>
    /// <param name="index">The bytes of index.json.</param>
    public static ImmutableHashSet<Digest> Listed(RawManifest index)
    {
        var artifacts = OciJson.Array(OciJson.ParseObject(index.Bytes, "image index"), "manifests", "image index")
            .Where(e => OciJson.Has(e, "artifactType"))
            .Select(e => OciJson.Descriptor(e, "image index")).Where(d => d is { RefName: null, Platform: null });
        return [.. artifacts.Select(d => d.Digest)];
    }

    /// <summary>A manifest as index.json lists it.</summary>
    /// <param name="manifest">The manifest.</param>
    public static JsonObject Entry(RawManifest manifest)
    {
        // An index need not say what it is; an entry without a type would pass for an image.
        var type = ManifestSubject.ArtifactTypeOf(manifest) is { Length: > 0 } said ? said : manifest.MediaType;
        var entry = new JsonObject
        {
            ["mediaType"] = manifest.MediaType,
            ["digest"] = manifest.Digest.ToString(),
            ["size"] = manifest.Bytes.Length,
            ["artifactType"] = type,
        };
        var annotations = (ManifestSubject.Find(manifest)?.Annotations ?? NoAnnotations)
            .Where(a => !Names.Contains(a.Key)).ToArray();
        if (annotations.Length > 0 && annotations.Sum(a => a.Key.Length + a.Value.Length) <= MaximumAnnotations)
            entry["annotations"] = new JsonObject(
                annotations.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)JsonValue.Create(a.Value))));
        return entry;
    }

    /// <summary>Lists what refers to a manifest.</summary>
    /// <param name="subject">Digest of the manifest.</param>
    /// <param name="artifactType">Only what is of this type; null is all.</param>
    /// <param name="cancellationToken">Stops the reads.</param>
    /// <exception cref="DiffahException">What reading a manifest throws.</exception>
    public async Task<ImmutableArray<Referrer>> ListAsync(
        Digest subject, string? artifactType, CancellationToken cancellationToken)
    {
        Task<ILookup<Digest, Referrer>> reading;
        lock (_turn)
            reading = _reading ??= ReadAsync(cancellationToken);
        return [.. (await reading)[subject].Where(r => artifactType is null || r.ArtifactType == artifactType)];
    }

    private async Task<ILookup<Digest, Referrer>> ReadAsync(CancellationToken cancellationToken)
    {
        var found = new Dictionary<Digest, (Digest Subject, Referrer Referrer)>();
        var waiting = new Queue<(Descriptor Entry, bool IsFallback)>(
            entries.Select(e => (e, IsFallbackName(e.RefName))));
        var seen = new HashSet<Digest>();
        while (waiting.TryDequeue(out var next))
        {
            if (!seen.Add(next.Entry.Digest))
                continue;
            if (seen.Count > MaximumRead)
                throw OciJson.Invalid($"'{source.Reference.Shown}' lists more than {MaximumRead} manifests, "
                    + "too many to look for those that refer to others.");
            if (await TryReadAsync(next.Entry, cancellationToken) is not { } manifest)
                continue;
            if (ManifestSubject.Find(manifest) is { } subject)
                found.TryAdd(manifest.Digest, (subject.Subject.Digest, new Referrer(
                    manifest.Descriptor with { Annotations = subject.Annotations }, subject.ArtifactType)));
            if (next.IsFallback && MediaTypes.IsIndex(manifest.MediaType))
            {
                foreach (var listed in ImageIndex.Parse(manifest).Manifests)
                    waiting.Enqueue((listed, false));
            }
        }
        return found.Values.ToLookup(f => f.Subject, f => f.Referrer);
    }

    // What is of no kind that is read, or is not there, refers to nothing: it is another image's fault, or nobody's.
    private async Task<RawManifest?> TryReadAsync(Descriptor entry, CancellationToken cancellationToken)
    {
        if (!MediaTypes.IsManifest(entry.MediaType) && !MediaTypes.IsIndex(entry.MediaType))
            return null;
        try
        {
            return await source.GetManifestAsync(entry.Digest, cancellationToken);
        }
        catch (DiffahException e) when (e.Error == DiffahErrors.InvalidManifest || e.Error == DiffahErrors.BlobMissing)
        {
            return null;
        }
    }

    private static bool IsFallbackName(string? name) =>
        name?.IndexOf('-', StringComparison.Ordinal) is { } dash and > 0
            && Digest.TryParse($"{name[..dash]}:{name[(dash + 1)..]}", out _);
}
