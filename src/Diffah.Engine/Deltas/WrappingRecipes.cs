using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Gzip;
using Diffah.Engine.Compression.Gzip.Tokens;
using Diffah.Engine.Compression.Zstd;

namespace Diffah.Engine.Deltas;

/// <summary>The recipes of blobs that are made of contents, by the kind of their wrapping.</summary>
internal static class WrappingRecipes
{
    /// <summary>How many bytes of a recipe tell its encoder.</summary>
    public const int StartLength = GzipRecipe.StartLength;

    /// <summary>Reads a recipe; every field is checked.</summary>
    /// <param name="wrapping">How the blob is made of its content; not <see cref="WrappingKind.Plain"/>.</param>
    /// <param name="bytes">The recipe; kept.</param>
    /// <exception cref="RecipeRefusedException">It is no recipe, one of a later version, or one that takes a reference
    /// where the wrapping names none.</exception>
    public static IStreamRecipe Read(Wrapping wrapping, ReadOnlyMemory<byte> bytes)
    {
        IStreamRecipe recipe = wrapping.Kind switch
        {
            WrappingKind.Zstd => ZstdRecipe.Read(bytes),
            WrappingKind.GzipTokens => GzipTokenRecipe.Read(bytes),
            _ => GzipRecipe.Read(bytes),
        };
        return !recipe.NeedsReference || wrapping.Reference is not null
            ? recipe
            : throw new RecipeRefusedException(RecipeRefusal.RecipeInvalid,
                "The recipe is followed with another blob, and it is not said with which.");
    }

    /// <summary>The encoder of a blob as people call it; null where a recipe's beginning does not tell.</summary>
    /// <param name="kind">How the blob is made of its content.</param>
    /// <param name="start">The recipe's first bytes; <see cref="StartLength"/> are enough for nearly all.</param>
    public static string? EncoderOf(WrappingKind kind, ReadOnlyMemory<byte> start) => kind switch
    {
        WrappingKind.Gzip => GzipRecipe.EncoderOf(start),
        WrappingKind.Zstd => ZstdRecipe.EncoderOf(start),
        _ => null,
    };

    /// <summary>How a blob is compressed that is made so.</summary>
    public static CompressionKind CompressionOf(WrappingKind kind) => kind switch
    {
        WrappingKind.Plain => CompressionKind.None,
        WrappingKind.Zstd => CompressionKind.Zstd,
        _ => CompressionKind.Gzip,
    };
}
