using Diffah.Engine.Compression.Zstd.Recipes;

namespace Diffah.Engine.Compression.Zstd;

/// <summary>What makes a zstd stream, bit for bit, of its content.</summary>
internal sealed class ZstdRecipe : IStreamRecipe
{
    /// <summary>How many bytes of a recipe tell its encoder.</summary>
    public const int StartLength = 64 * 1024;

    internal ZstdRecipe(RecipeBody body) => Body = body;

    /// <summary>Bytes of the content.</summary>
    public long ContentLength => Body.ContentLength;

    /// <summary>Bytes of the stream.</summary>
    public long Length => Body.Length;

    /// <summary>The encoder of the first frame, for people.</summary>
    public string Encoder => NameOf(ZstdRecipeFormat.FirstProfile(Body.Parts)) ?? "no encoder that is known";

    /// <inheritdoc/>
    public bool NeedsReference => Body.Parts.Any(p => p is TokensPart { NeedsReference: true });

    /// <summary>Whether any of its frames is made by an encoder.</summary>
    public bool HasKnownEncoder => Body.Parts.Any(p => p is FramePart);

    /// <summary>Whether any of its frames is told by what its encoder decided.</summary>
    public bool HasUnknownEncoder => Body.Parts.Any(p => p is TokensPart);

    internal RecipeBody Body { get; }

    /// <summary>Reads a recipe; every field is checked.</summary>
    /// <param name="bytes">What <see cref="ToBytes"/> gave; kept.</param>
    /// <exception cref="RecipeRefusedException">It is no recipe, or one of a later version.</exception>
    public static ZstdRecipe Read(ReadOnlyMemory<byte> bytes) => new(ZstdRecipeFormat.Read(bytes));

    /// <summary>The encoder of the first frame as people call it; null where a recipe's beginning does not
    /// tell.</summary>
    /// <param name="start">The recipe's first bytes; <see cref="StartLength"/> are enough for nearly all.</param>
    public static string? EncoderOf(ReadOnlyMemory<byte> start) => NameOf(ZstdRecipeFormat.ReadEncoder(start));

    /// <summary>The recipe in bytes.</summary>
    public byte[] ToBytes() => ZstdRecipeFormat.Write(Body);

    /// <inheritdoc/>
    public Stream Open(Stream content, RecipeReference? reference, int workers) =>
        new ZstdRebuildStream(content, this, reference, workers);

    private static string? NameOf(Frames.ZstdProfile? profile) =>
        profile is { } known ? ZstdEncoders.Known.NameOf(known) : null;
}
