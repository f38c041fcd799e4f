using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas;

/// <summary>What an entry of an archive holds.</summary>
internal enum ArchivePartKind
{
    /// <summary>A blob of a target image, whole or as a patch of another blob.</summary>
    Blob,

    /// <summary>The patch that makes a content.</summary>
    Content,

    /// <summary>What patches spend on files.</summary>
    Account,

    /// <summary>The recipe that makes a layer's blob of its content.</summary>
    Recipe,
}

/// <summary>Names an entry of an archive beside its sidecar.</summary>
/// <param name="Kind">What it holds.</param>
/// <param name="Digest">Digest of the blob, the content's diff id, or the digest of the account itself.</param>
/// <param name="Number">Which of a content's ways it is (<see cref="ContentPatch.Number"/>).</param>
internal readonly record struct ArchivePart(ArchivePartKind Kind, Digest Digest, int Number = 0)
{
    /// <summary>A blob, whole or as a patch of another blob.</summary>
    public static ArchivePart Blob(Digest digest) => new(ArchivePartKind.Blob, digest);

    /// <summary>The patch that makes a content.</summary>
    public static ArchivePart Content(Digest diffId) => new(ArchivePartKind.Content, diffId);

    /// <summary>One of the patches that make a content.</summary>
    // A method of its own: by an optional number, Select would hand it the place in a list.
    public static ArchivePart Way(Digest diffId, int number) => new(ArchivePartKind.Content, diffId, number);

    /// <summary>What patches spend on files.</summary>
    public static ArchivePart Account(Digest digest) => new(ArchivePartKind.Account, digest);

    /// <summary>The recipe that makes a layer's blob.</summary>
    public static ArchivePart Recipe(Digest blob) => new(ArchivePartKind.Recipe, blob);
}
