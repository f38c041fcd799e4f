namespace Diffah.Engine.Compression.Tokens;

/// <summary>A reference that was read: its decisions, and its content.</summary>
internal sealed class TokenReference : IDisposable
{
    private readonly Stream _content;
    private readonly ReferenceBlocks _blocks;
    private readonly DecisionIndex _index;

    private TokenReference(Stream content, ReferenceBlocks blocks, DecisionIndex index) =>
        (_content, _blocks, _index) = (content, blocks, index);

    /// <summary>Reads a reference.</summary>
    /// <param name="reference">It.</param>
    /// <param name="read">Reads the decisions of a stream whose content has so many bytes.</param>
    /// <exception cref="RecipeRefusedException">It can't be used.</exception>
    public static TokenReference Open(RecipeReference reference, Func<Stream, long, DecisionIndex> read)
    {
        var content = reference.OpenContent();
        try
        {
            if (content.Length > TokenSettings.MostContent)
                throw TokenErrors.ReferenceDiffers();
            DecisionIndex index;
            using (var stream = reference.OpenStream())
                index = read(stream, content.Length);
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
        settings);

    public void Dispose() => _content.Dispose();
}
