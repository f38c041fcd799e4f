using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Recipes;
using Diffah.Engine.Compression.Tokens;

namespace Diffah.Engine.Compression.Gzip.Tokens;

/// <summary>
/// What makes a gzip stream of its content, whoever made it: the decisions of its encoder, as far as they are not what
/// was to be expected.
/// </summary>
internal sealed class GzipTokenRecipe : IStreamRecipe
{
    private const byte Version = 1;
    private const int WithReference = 1;
    private const int MinimumHash = 3;
    private const int MaximumHash = 5;

    /// <param name="settings">What is known of the encoder.</param>
    /// <param name="needsReference">Whether it was made with a reference.</param>
    /// <param name="contentLength">Bytes of the content.</param>
    /// <param name="length">Bytes of the stream.</param>
    /// <param name="decisions">What the encoder decided.</param>
    internal GzipTokenRecipe(
        TokenSettings settings, bool needsReference, long contentLength, long length, ReadOnlyMemory<byte> decisions) =>
        (Settings, NeedsReference, ContentLength, Length, Decisions) =
            (settings, needsReference, contentLength, length, decisions);

    /// <inheritdoc/>
    public long ContentLength { get; }

    /// <inheritdoc/>
    public long Length { get; }

    /// <inheritdoc/>
    public string Encoder => "no known encoder";

    /// <inheritdoc/>
    public bool NeedsReference { get; }

    internal TokenSettings Settings { get; }

    internal ReadOnlyMemory<byte> Decisions { get; }

    /// <summary>What is known of any deflate encoder.</summary>
    internal static TokenSettings SettingsOf(int hashBytes, int depth) => new(
        Token.MinimumMatch, Token.MaximumMatch, Token.MaximumDistance, Token.MaximumDistance, hashBytes, depth,
        Repeats: 0);

    /// <summary>Reads a recipe.</summary>
    /// <param name="bytes">What <see cref="ToBytes"/> gave; kept.</param>
    /// <exception cref="RecipeRefusedException">It is no recipe, or one of a later version.</exception>
    public static GzipTokenRecipe Read(ReadOnlyMemory<byte> bytes)
    {
        var input = new ByteCursor(bytes);
        if (input.Take() != Version)
            throw new RecipeRefusedException(
                RecipeRefusal.RecipeUnknown, "The recipe of a gzip stream is of a version that is not known.");
        var flags = input.Take();
        var hashBytes = input.Take();
        var depth = input.Take();
        if (flags > WithReference || hashBytes is < MinimumHash or > MaximumHash
            || depth is 0 or > TokenSettings.MostDepth)
            throw ByteCursor.Invalid("has settings that there are not");
        var contentLength = input.TakeNumber(TokenSettings.MostContent);
        var length = input.TakeNumber(RecipeBounds.Length);
        return new(
            SettingsOf(hashBytes, depth), flags == WithReference, contentLength, length, bytes[input.Position..]);
    }

    /// <summary>The recipe in bytes.</summary>
    public byte[] ToBytes()
    {
        var output = new ByteList();
        output.Add(Version);
        output.Add((byte)(NeedsReference ? WithReference : 0));
        output.Add((byte)Settings.HashBytes);
        output.Add((byte)Settings.Depth);
        output.AddNumber((ulong)ContentLength);
        output.AddNumber((ulong)Length);
        output.Add(Decisions.Span);
        return output.Written.ToArray();
    }

    /// <inheritdoc/>
    public Stream Open(Stream content, RecipeReference? reference, int workers) =>
        new GzipTokenStream(this, content, reference);
}
