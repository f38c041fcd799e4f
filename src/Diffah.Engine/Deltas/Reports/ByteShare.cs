namespace Diffah.Engine.Deltas.Reports;

/// <summary>
/// What bytes of a layer are told by. Words, as in <see cref="BlobKind"/>. Those of <see cref="FileOrigin"/> are among
/// them.
/// </summary>
public static class ByteKind
{
    /// <summary>The baseline has the layer, or its content.</summary>
    public const string Reused = nameof(Reused);

    /// <summary>Files that the baseline has at the same path.</summary>
    public const string Unchanged = nameof(FileOrigin.Unchanged);

    /// <summary>Files that the baseline has at another path.</summary>
    public const string Moved = nameof(FileOrigin.Moved);

    /// <summary>Files that have the bytes of another file of the layer.</summary>
    public const string Repeated = nameof(FileOrigin.Repeated);

    /// <summary>Files, or a layer, made of what the baseline has.</summary>
    public const string Patched = nameof(FileOrigin.Patched);

    /// <summary>Files, or a layer, that nothing of the baseline tells.</summary>
    public const string New = nameof(FileOrigin.New);

    /// <summary>What is between files: their names, times and owners.</summary>
    public const string Structure = nameof(Structure);

    /// <summary>Patches that make the content for who has another baseline.</summary>
    public const string Alternatives = nameof(Alternatives);

    /// <summary>How the layer is compressed.</summary>
    public const string Recipe = nameof(Recipe);
}

/// <summary>Bytes of a layer that are told in the same way.</summary>
/// <param name="Kind">The way: a word of <see cref="ByteKind"/>.</param>
/// <param name="Files">How many files have them; 0 where nobody counts files.</param>
/// <param name="TargetSize">Bytes of the layer: of its content where it is made of one, else of its blob.</param>
/// <param name="ArchiveSize">Bytes of the archive that tell them.</param>
public sealed record ByteShare(string Kind, long Files, long TargetSize, long ArchiveSize)
{
    /// <summary>The kind, and what it takes.</summary>
    public override string ToString() => $"{Kind}: {ArchiveSize}";
}

/// <summary>A content that a layer's content is made of.</summary>
/// <param name="Digest">The content's diff id.</param>
/// <param name="Size">Bytes that it has.</param>
public sealed record LayerSource(string Digest, long Size)
{
    /// <summary>Its diff id.</summary>
    public override string ToString() => Digest;
}
