using Diffah.Engine.Compression.Gzip.Recipes;

namespace Diffah.Engine.Compression.Gzip;

/// <summary>What makes a gzip stream, bit for bit, of its content.</summary>
public sealed class GzipRecipe : IStreamRecipe
{
    internal GzipRecipe(IReadOnlyList<GzipMember> members, ReadOnlyMemory<byte> trailing) =>
        (Members, Trailing) = (members, trailing);

    /// <summary>The bytes of the content.</summary>
    public long ContentLength => Members.Sum(m => m.Body.ContentLength);

    /// <summary>The bytes of the stream.</summary>
    public long Length => Trailing.Length
        + Members.Sum(m => m.Header.Length + (m.Body.Bits + 7) / 8 + m.Trailer.Length);

    /// <summary>The encoder of the first member, for people.</summary>
    public string Encoder => Members.Count == 0 ? "none" : Members[0].Body.Parts[0].Encoder;

    /// <summary>Whether an encoder that is followed is wrong anywhere.</summary>
    internal bool HasCorrections => Members.Any(m => m.Body.Parts.Any(p => p.Corrections.Length > 0));

    internal IReadOnlyList<GzipMember> Members { get; }

    internal ReadOnlyMemory<byte> Trailing { get; }

    /// <summary>Reads a recipe; every field is checked.</summary>
    /// <param name="bytes">What <see cref="ToBytes"/> gave; kept.</param>
    /// <exception cref="RecipeRefusedException">It is no recipe, or one of a later version.</exception>
    public static GzipRecipe Read(ReadOnlyMemory<byte> bytes)
    {
        var (members, trailing) = RecipeFormat.Read(bytes);
        return new(members, trailing);
    }

    /// <summary>The encoder of the first member as people call it; null where a recipe's beginning does not
    /// tell.</summary>
    /// <param name="start">The recipe's first bytes; <see cref="StartLength"/> are enough for nearly all.</param>
    internal static string? EncoderOf(ReadOnlyMemory<byte> start)
    {
        try
        {
            return EncoderNames.Of(RecipeFormat.ReadEncoder(start));
        }
        catch (RecipeRefusedException)
        {
            return null;
        }
    }

    /// <summary>How many bytes of a recipe tell its encoder.</summary>
    internal const int StartLength = 64 * 1024;

    bool IStreamRecipe.NeedsReference => false;

    Stream IStreamRecipe.Open(Stream content, RecipeReference? reference, int workers) =>
        new GzipRebuildStream(content, this, workers);

    /// <summary>The recipe in bytes.</summary>
    public byte[] ToBytes() => RecipeFormat.Write(Members, Trailing.Span);
}
