using Diffah.Engine.Compression.Zstd.Recipes;

namespace Diffah.Engine.Compression.Zstd;

/// <summary>
/// The zstd stream that a recipe makes of a content, while it is read. It is never longer than the recipe says; whether
/// it is the right one, its digest says, which the caller checks.
/// </summary>
internal sealed class ZstdRebuildStream : ForwardReadStream
{
    private readonly Stream _content;
    private readonly PartRunner _runner;
    private readonly long _length;
    private ReadOnlyMemory<byte> _pending;
    private long _made;
    private bool _isComplete;
    private bool _disposed;

    /// <summary>Rebuilds a stream.</summary>
    /// <param name="content">The content, which can seek; owned.</param>
    /// <param name="recipe">What makes the stream.</param>
    /// <param name="reference">The reference that the recipe was made with; null where it needs none.</param>
    /// <param name="workers">How many frames are made at the same time. Each has its content, and what is made of it,
    /// in memory, unless it is long.</param>
    public ZstdRebuildStream(Stream content, ZstdRecipe recipe, RecipeReference? reference, int workers)
        : this(content, recipe, reference, workers, ZstdEncoders.Known)
    {
    }

    internal ZstdRebuildStream(
        Stream content, ZstdRecipe recipe, RecipeReference? reference, int workers, IZstdEncoders encoders)
    {
        (_content, _length) = (content, recipe.Length);
        _runner = new(recipe.Body, encoders, content, reference, workers);
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!buffer.IsEmpty && _pending.IsEmpty)
            Make();
        return Give(buffer);
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        if (!buffer.IsEmpty && _pending.IsEmpty && !_isComplete)
            await Task.Run(Make, cancellationToken);
        return Give(buffer.Span);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _runner.Dispose();
            _content.Dispose();
        }
        base.Dispose(disposing);
    }

    private void Make()
    {
        if (_isComplete)
            return;
        _pending = _runner.Next();
        _made += _pending.Length;
        _isComplete = _pending.IsEmpty;
        if (_made > _length || (_isComplete && _made < _length))
            throw new RecipeRefusedException(
                RecipeRefusal.RecipeInvalid, "The recipe of a zstd stream makes another length than it says.");
    }

    private int Give(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _pending.Length);
        _pending.Span[..count].CopyTo(buffer);
        _pending = _pending[count..];
        return count;
    }
}
