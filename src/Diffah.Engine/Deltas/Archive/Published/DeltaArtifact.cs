using System.Collections.Immutable;
using System.Globalization;
using Diffah.Engine.Deltas.Archive.Container;
using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Archive.Published;

/// <summary>
/// The manifest by which a delta archive is in a registry, parsed: which blobs its sidecar, its signature and its
/// entries are. Nothing of it is signed: what it says is checked by the sidecar.
/// </summary>
internal sealed class DeltaArtifact
{
    private const string SignatureName = SidecarReader.EntryName + ".sig";

    private readonly ImmutableDictionary<string, Descriptor> _layers;

    private DeltaArtifact(
        RawManifest raw, ManifestSubject subject, Descriptor sidecar, ImmutableDictionary<string, Descriptor> layers) =>
        (Raw, Subject, Sidecar, _layers) = (raw, subject, sidecar, layers);

    /// <summary>The bytes as stored.</summary>
    public RawManifest Raw { get; }

    /// <summary>What it refers to: the image that is made.</summary>
    public ManifestSubject Subject { get; }

    /// <summary>The sidecar.</summary>
    public Descriptor Sidecar { get; }

    /// <summary>The signature file; null where the archive is not signed.</summary>
    public Descriptor? Signature => _layers.GetValueOrDefault(SignatureName);

    /// <summary>Bytes of all that it lists: what is fetched of it at the most.</summary>
    public long Bytes => _layers.Values.DistinctBy(l => l.Digest).Sum(l => l.Size);

    /// <summary>When the archive was made; null where the manifest does not say it well.</summary>
    public DateTimeOffset? CreatedAt => DateTimeOffset.TryParse(
        Annotation(DeltaArtifactTypes.CreatedAnnotation), CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var created) ? created : null;

    /// <summary>Digest of the manifest that it was made from; null where the manifest does not say it well.</summary>
    public Digest? Source => DigestOf(DeltaArtifactTypes.SourceAnnotation);

    /// <summary>Digest of the configuration of what it was made from; null where the manifest does not say.</summary>
    public Digest? SourceConfig => DigestOf(DeltaArtifactTypes.SourceConfigAnnotation);

    /// <summary>Parses the manifest of a published archive.</summary>
    /// <param name="raw">The bytes as stored.</param>
    /// <exception cref="DiffahException">InvalidManifest, InvalidDigest; ArchiveInvalid: it is no published
    /// archive.</exception>
    public static DeltaArtifact Parse(RawManifest raw)
    {
        var subject = ManifestSubject.Find(raw);
        if (subject is null || !DeltaArtifactTypes.IsDelta(subject.ArtifactType))
            throw Invalid(raw.Digest, "it is no delta of an image");
        // Of the same name the first counts, as for whoever reads an archive from its front.
        var layers = ImageManifest.Parse(raw).Layers.Where(l => NameOf(l) is not null).DistinctBy(NameOf)
            .ToImmutableDictionary(l => NameOf(l)!, StringComparer.Ordinal);
        return layers.TryGetValue(SidecarReader.EntryName, out var sidecar)
            ? new DeltaArtifact(raw, subject, sidecar, layers)
            : throw Invalid(raw.Digest, $"it lists no {SidecarReader.EntryName}");
    }

    /// <summary>The blob that is an entry of the archive; null where none is listed.</summary>
    public Descriptor? Find(ArchivePart part) => _layers.GetValueOrDefault(EntryNames.Of(part));

    /// <summary>A descriptor of the sidecar, for the manifest of an archive.</summary>
    public static Descriptor SidecarLayer(Digest digest, long size) =>
        Layer(DeltaArtifactTypes.Sidecar, digest, size, SidecarReader.EntryName);

    /// <summary>A descriptor of the signature file, for the manifest of an archive.</summary>
    public static Descriptor SignatureLayer(Digest digest, long size) =>
        Layer(DeltaArtifactTypes.Signature, digest, size, SignatureName);

    /// <summary>A descriptor of an entry, for the manifest of an archive.</summary>
    public static Descriptor PartLayer(ArchivePart part, Digest digest, long size) =>
        Layer(DeltaArtifactTypes.Of(part.Kind), digest, size, EntryNames.Of(part));

    /// <summary>What is wrong with a published archive.</summary>
    public static DiffahException Invalid(Digest artifact, string why) => new(DiffahErrors.ArchiveInvalid,
        $"The manifest {artifact} is not one of a valid delta archive: {why}.",
        "Have the delta published again, or use another one.");

    private static Descriptor Layer(string mediaType, Digest digest, long size, string name) => new(
        mediaType, digest, size, null, ImmutableSortedDictionary<string, string>.Empty
            .Add(DeltaArtifactTypes.TitleAnnotation, name));

    private static string? NameOf(Descriptor layer) =>
        layer.Annotations?.GetValueOrDefault(DeltaArtifactTypes.TitleAnnotation);

    private string? Annotation(string name) => Subject.Annotations?.GetValueOrDefault(name);

    private Digest? DigestOf(string name) => Digest.TryParse(Annotation(name), out var digest) ? digest : null;
}
