using Diffah.Engine.Compression.Gzip.Recipes;
using Diffah.Engine.Compression.Mixing;
using Diffah.Engine.Compression.Tokens;

namespace Diffah.Engine.Compression.Gzip.Tokens;

/// <summary>
/// Makes recipes of gzip streams that no known encoder made. Whoever ships a recipe rebuilds the stream by it first,
/// and compares.
/// </summary>
internal static class GzipTokenAnalysis
{
    // Most encoders look for four equal bytes, and at so many places at their usual level.
    private const int HashBytes = 4;
    private const int Depth = 32;

    /// <summary>Makes the recipe of a gzip stream.</summary>
    /// <param name="stream">The stream; read to its end, not disposed of.</param>
    /// <param name="content">Its content, which can seek; not disposed of.</param>
    /// <param name="reference">A stream that whoever follows the recipe has too; null for none. Where it is no gzip
    /// stream, the recipe is made without it.</param>
    /// <param name="workers">How many parts may be worked on at the same time; the recipe is the same for any.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="RecipeRefusedException">The stream has no recipe.</exception>
    public static GzipTokenRecipe OfGzip(
        Stream stream, Stream content, RecipeReference? reference, int workers, CancellationToken cancellationToken)
    {
        using var read = Open(reference, cancellationToken);
        return OfGzip(stream, content, read, GzipTokenRecipe.SettingsOf(HashBytes, Depth), cancellationToken);
    }

    internal static GzipTokenRecipe OfGzip(
        Stream stream, Stream content, TokenReference? reference, TokenSettings settings,
        CancellationToken cancellationToken)
    {
        var start = stream.Position;
        content.Position = 0;
        var buffer = new ContentBuffer(content, settings.Reach);
        var output = new MemoryStream();
        var encoder = new RangeEncoder(output);
        using var coder = new GzipTokenCoder(encoder, buffer, settings, reference?.Of(buffer, settings));
        using var reader = new GzipBlockReader(stream);
        CodeMembers(reader, coder, cancellationToken);
        if (!coder.IsAtEnd)
            throw TokenErrors.Differs();
        encoder.Finish();
        return new(
            settings, reference is not null, buffer.Length, stream.Position - start,
            output.GetBuffer().AsMemory(0, (int)output.Length));
    }

    private static TokenReference? Open(RecipeReference? reference, CancellationToken cancellationToken)
    {
        try
        {
            return reference is null ? null : GzipReference.Open(reference, cancellationToken);
        }
        catch (RecipeRefusedException)
        {
            return null;
        }
    }

    private static void CodeMembers(
        GzipBlockReader reader, GzipTokenCoder coder, CancellationToken cancellationToken)
    {
        var block = new GzipBlock();
        var trailer = new byte[GzipHeader.TrailerLength];
        var members = 0;
        do
        {
            if (members++ == RecipeBounds.Members)
                throw new RecipeRefusedException(
                    RecipeRefusal.TooManyMembers, "The gzip stream has more members than a recipe can have.");
            coder.CodeMore(true);
            coder.CodeBytes(reader.ReadHeader(), RecipeBounds.HeaderBytes);
            do
            {
                cancellationToken.ThrowIfCancellationRequested();
                reader.Read(block);
                coder.Code(block);
            }
            while (!block.IsFinal);
            coder.CodePadding(reader.ReadPadding());
            reader.ReadTrailer(trailer);
            coder.CodeBytes(trailer, trailer.Length);
        }
        while (reader.BeginsMember());
        coder.CodeMore(false);
        coder.CodeBytes(reader.ReadTrailing(), RecipeBounds.TrailingBytes);
    }
}
