using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Recipes;
using Diffah.Engine.Compression.Tokens;

namespace Diffah.Engine.Compression.Gzip.Tokens;

/// <summary>Reads the decisions of a reference that is a gzip stream.</summary>
internal static class GzipReference
{
    /// <summary>Reads a reference.</summary>
    public static TokenReference Open(RecipeReference reference, CancellationToken cancellationToken) =>
        TokenReference.Open(reference, (stream, length) => Read(stream, length, cancellationToken));

    /// <summary>All decisions of a gzip stream.</summary>
    /// <param name="stream">The stream; not owned.</param>
    /// <param name="contentLength">Bytes of its content.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="RecipeRefusedException">It can't be read so.</exception>
    public static DecisionIndex Read(Stream stream, long contentLength, CancellationToken cancellationToken)
    {
        using var reader = new GzipBlockReader(stream);
        var index = new DecisionIndex((int)contentLength, isNarrow: true);
        var block = new GzipBlock();
        var position = 0;
        Span<byte> trailer = stackalloc byte[GzipHeader.TrailerLength];
        do
        {
            reader.ReadHeader();
            do
            {
                cancellationToken.ThrowIfCancellationRequested();
                reader.Read(block);
                if (block.ContentLength > contentLength - position)
                    throw TokenErrors.ReferenceDiffers();
                Add(index, block, position);
                position += block.ContentLength;
                index.BlockEnds.Add(position);
            }
            while (!block.IsFinal);
            reader.ReadPadding();
            reader.ReadTrailer(trailer);
        }
        while (reader.BeginsMember());
        index.Finish();
        return index;
    }

    private static void Add(DecisionIndex index, GzipBlock block, int position)
    {
        foreach (var token in block.Tokens)
        {
            if (Token.IsMatch(token))
                index.Add(new(position, Token.MatchLength(token), Token.Distance(token)));
            position += Token.Length(token);
        }
    }
}
