namespace Diffah.Engine.Compression.Zstd;

/// <summary>
/// The zstd stream that a recipe makes of a content, while it is read. It is never longer than the recipe says; whether
/// it is the right one, its digest says, which the caller checks.
/// </summary>
internal sealed class ZstdRebuildStream : ForwardReadStream
{
    private readonly Stream _content;

    /// <summary>Rebuilds a stream.</summary>
    /// <param name="content">The content, which can seek; owned.</param>
    /// <param name="recipe">What makes the stream.</param>
    /// <param name="reference">The reference that the recipe was made with; null where it needs none.</param>
    /// <param name="workers">How many frames are made at the same time. Each has its content, and what is made of it,
    /// in memory, unless it is long.</param>
    public ZstdRebuildStream(Stream content, ZstdRecipe recipe, RecipeReference? reference, int workers) =>
        _content = content;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();
}
