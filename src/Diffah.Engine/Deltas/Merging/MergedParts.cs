using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Merging;

/// <summary>A blob or a content of a merged archive.</summary>
/// <param name="Archive">The delta that it is taken from; not owned.</param>
internal abstract record MergedPart(ArchiveReader Archive);

/// <summary>A blob that travels.</summary>
/// <param name="Archive">Where its bytes are.</param>
/// <param name="Stored">How it is stored there.</param>
internal sealed record MergedBlob(ArchiveReader Archive, StoredBlob Stored) : MergedPart(Archive);

/// <summary>A content that travels as a patch.</summary>
/// <param name="Archive">Where its patch is.</param>
/// <param name="Patch">What it says of it.</param>
internal sealed record MergedContent(ArchiveReader Archive, ContentPatch Patch) : MergedPart(Archive);

/// <summary>A content that is in a blob that travels.</summary>
/// <param name="Archive">Where the blob is.</param>
/// <param name="Blob">The blob.</param>
internal sealed record HeldContent(ArchiveReader Archive, Digest Blob) : MergedPart(Archive);

/// <summary>A layer that does not travel, and how it is made of its content.</summary>
/// <param name="Archive">Where its recipe is; not owned.</param>
/// <param name="Layer">How it is made.</param>
internal sealed record MergedReuse(ArchiveReader Archive, ReusedLayer Layer);

/// <summary>What is taken from the deltas that are merged.</summary>
internal sealed class MergedParts
{
    private readonly Dictionary<ArchivePart, MergedPart> _made = [];
    private readonly Dictionary<Digest, MergedReuse?> _reused = [];

    /// <summary>What travels: blobs and contents.</summary>
    public IReadOnlyDictionary<ArchivePart, MergedPart> Made => _made;

    /// <summary>
    /// Blobs that do not travel, and how they are made of their contents; null where nobody says.
    /// </summary>
    public IReadOnlyDictionary<Digest, MergedReuse?> Reused => _reused;

    /// <summary>True for what was added.</summary>
    /// <param name="part">A blob or a content.</param>
    public bool Knows(ArchivePart part) => _made.ContainsKey(part)
        || (part.Kind == ArchivePartKind.Blob && _reused.ContainsKey(part.Digest));

    /// <summary>Adds what travels.</summary>
    /// <param name="part">A blob or a content.</param>
    /// <param name="made">How it travels.</param>
    public void Add(ArchivePart part, MergedPart made) => _made.Add(part, made);

    /// <summary>Adds a blob that does not travel.</summary>
    /// <param name="blob">Digest of the blob.</param>
    /// <param name="layer">How it is made of its content; null where nobody says.</param>
    public void AddReused(Digest blob, MergedReuse? layer) => _reused[blob] = layer ?? _reused.GetValueOrDefault(blob);

    /// <summary>Adds what another image is made of.</summary>
    /// <param name="other">Its parts.</param>
    /// <returns>A part that would have to be there in two ways; null where all was added.</returns>
    public ArchivePart? Add(MergedParts other)
    {
        foreach (var (part, made) in other._made)
        {
            if (!_made.TryAdd(part, made) && _made[part] != made)
                return part;
        }
        foreach (var (digest, layer) in other._reused)
            AddReused(digest, layer);
        return null;
    }

    /// <summary>The error where a part would have to be there in two ways.</summary>
    /// <param name="part">A blob or a content.</param>
    public static DiffahException TwoWays(ArchivePart part) => new(DiffahErrors.InvalidArgument,
        "The deltas can't be merged for all their images together: the "
            + $"{(part.Kind == ArchivePartKind.Content ? "content" : "blob")} {part.Digest} would have to be in the "
            + "archive in two ways.",
        "Restore one delta after the other; or make deltas of one image each, and merge these.");
}
