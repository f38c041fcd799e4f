using Diffah.Engine.Compression.Tokens;

namespace Diffah.Engine.Compression.Gzip.Tokens;

/// <summary>A reference that was read: its decisions, and its content.</summary>
internal sealed class GzipTokenReference : IDisposable
{
    private readonly Stream _content;
    private readonly ReferenceBlocks _blocks;
    private readonly DecisionIndex _index;

    private GzipTokenReference(Stream content, ReferenceBlocks blocks, DecisionIndex index) =>
        (_content, _blocks, _index) = (content, blocks, index);

    /// <summary>Reads a reference.</summary>
    /// <exception cref="RecipeRefusedException">It can't be used.</exception>
    public static GzipTokenReference Open(RecipeReference reference, CancellationToken cancellationToken)
    {
        var content = reference.OpenContent();
        try
        {
            DecisionIndex index;
            using (var stream = reference.OpenStream())
                index = GzipReference.Read(stream, content.Length, cancellationToken);
            content.Position = 0;
            return new(content, new ReferenceBlocks(content), index);
        }
        catch
        {
            content.Dispose();
            throw;
        }
    }

    /// <summary>What the reference has to say of a content.</summary>
    public ReferenceDecisions Of(ContentBuffer content, TokenSettings settings) => new(
        content, new ContentMap(content, new ReferenceBytes(_content, content.Length), _blocks), _index,
        settings.MinimumMatch);

    public void Dispose() => _content.Dispose();
}
