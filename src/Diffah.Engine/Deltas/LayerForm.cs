using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas;

/// <summary>How a layer's blob is made of its content. The names are those of the format, in lower case.</summary>
internal enum WrappingKind
{
    /// <summary>The blob is the content.</summary>
    Plain,

    /// <summary>The blob is a gzip stream; a recipe says which.</summary>
    Gzip,

    /// <summary>The blob is a zstd stream; a recipe says which.</summary>
    Zstd,

    /// <summary>The blob is a gzip stream of an encoder that nobody knows; a recipe says what it decided.</summary>
    GzipTokens,
}

/// <summary>How a layer's blob is made of its content.</summary>
/// <param name="Kind">The way.</param>
/// <param name="Recipe">The recipe where it is short; empty for a long one, which is an entry of the archive, and for a
/// blob that needs none.</param>
/// <param name="StoredRecipe">Bytes of the recipe's entry; 0 where it has none.</param>
internal sealed record Wrapping(WrappingKind Kind, ReadOnlyMemory<byte> Recipe, long StoredRecipe)
{
    /// <summary>A recipe of at most this many bytes stands in the sidecar.</summary>
    public const int MaximumInline = 1024;

    /// <summary>The most bytes of a recipe that are read.</summary>
    public const int MaximumStored = 1 << 30;

    /// <summary>Bytes of the recipe, wherever it stands.</summary>
    public long Size => StoredRecipe > 0 ? StoredRecipe : Recipe.Length;

    /// <summary>The baseline's blob that the recipe is followed with; null where it takes none.</summary>
    public Digest? Reference { get; init; }

    /// <summary>The blob is the content.</summary>
    public static Wrapping Plain { get; } = new(WrappingKind.Plain, default, 0);

    /// <inheritdoc/>
    public bool Equals(Wrapping? other) => other is not null && Kind == other.Kind
        && StoredRecipe == other.StoredRecipe && Reference == other.Reference
        && Recipe.Span.SequenceEqual(other.Recipe.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, StoredRecipe, Recipe.Length);
}

/// <summary>A layer's blob as it is made of its content.</summary>
/// <param name="Content">The content's diff id.</param>
/// <param name="Wrapping">How the blob is made of it.</param>
internal sealed record LayerForm(Digest Content, Wrapping Wrapping);

/// <summary>A layer that does not travel: the baseline has the blob, or its content.</summary>
/// <param name="Size">Size of the blob, in bytes.</param>
/// <param name="Form">How it is made of its content.</param>
internal sealed record ReusedLayer(long Size, LayerForm Form);
