using Diffah.Engine.Compression.Gzip.Recipes;

namespace Diffah.Engine.Compression.Gzip;

/// <summary>
/// The gzip stream that a recipe makes of a content, while it is read. It is never longer than the recipe says; whether
/// it is the right one, its digest says, which the caller checks.
/// </summary>
public sealed class GzipRebuildStream : ForwardReadStream
{
    private readonly Stream _content;
    private readonly GzipRecipe _recipe;
    private readonly int _workers;
    private readonly IdleEncoders _encoders;
    private BodyRebuilder? _body;
    private ReadOnlyMemory<byte> _pending;
    private int _member = -1;
    private Stage _stage = Stage.Member;
    private bool _disposed;

    /// <summary>Rebuilds a stream.</summary>
    /// <param name="content">The content; owned.</param>
    /// <param name="recipe">What makes the stream.</param>
    /// <param name="workers">How many parts are made at the same time, where the content can be cut: at checkpoints, or
    /// at segments that are encoded apart. Each has its content, and what is made of it, in memory.</param>
    public GzipRebuildStream(Stream content, GzipRecipe recipe, int workers = 1) =>
        (_content, _recipe, _workers, _encoders) = (content, recipe, workers, new(workers + 1));

    private enum Stage
    {
        Member,
        Body,
        ContentEnd,
        End,
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        while (!buffer.IsEmpty && Proceed())
        {
            if (!_pending.IsEmpty)
                return Give(buffer);
            if (Room is { IsEmpty: false } room)
                Accept(_content.Read(room.Span));
            else if (_body is { IsComplete: false } body)
                body.Work.GetAwaiter().GetResult();
        }
        return 0;
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        while (!buffer.IsEmpty && Proceed())
        {
            if (!_pending.IsEmpty)
                return Give(buffer.Span);
            if (Room is { IsEmpty: false } room)
                Accept(await _content.ReadAsync(room, cancellationToken));
            else if (_body is { IsComplete: false } body)
                await body.Work.WaitAsync(cancellationToken);
        }
        return 0;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _body?.Dispose();
            _encoders.Dispose();
            _content.Dispose();
        }
        base.Dispose(disposing);
    }

    private Memory<byte> Room => _stage switch
    {
        Stage.Body => _body!.Room,
        Stage.ContentEnd => _beyond,
        _ => default,
    };

    private readonly byte[] _beyond = new byte[1];

    private int Give(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _pending.Length);
        _pending.Span[..count].CopyTo(buffer);
        _pending = _pending[count..];
        return count;
    }

    private void Accept(int count)
    {
        if (_stage == Stage.ContentEnd && count == 0)
            _stage = Stage.End;
        else if (_stage == Stage.ContentEnd || count == 0)
            throw new RecipeRefusedException(
                RecipeRefusal.ContentDiffers, "The content is not as long as the recipe of a gzip stream says.");
        else
            _body!.Accept(count);
    }

    /// <summary>Finds something to give; false at the end.</summary>
    private bool Proceed()
    {
        while (_pending.IsEmpty && _stage != Stage.End)
        {
            switch (_stage)
            {
                case Stage.Member when ++_member < _recipe.Members.Count:
                    (_pending, _stage) = (_recipe.Members[_member].Header, Stage.Body);
                    _body = Open(_recipe.Members[_member].Body);
                    break;
                case Stage.Member:
                    (_pending, _stage) = (_recipe.Trailing, Stage.ContentEnd);
                    break;
                case Stage.Body when _body!.IsComplete:
                    _body.Dispose();
                    _body = null;
                    (_pending, _stage) = (_recipe.Members[_member].Trailer, Stage.Member);
                    break;
                case Stage.Body:
                    _pending = _body!.Take();
                    if (_pending.IsEmpty && !_body.IsComplete)
                        return true;
                    break;
                default:
                    return true;
            }
        }
        return _stage != Stage.End || !_pending.IsEmpty;
    }

    private BodyRebuilder Open(DeflateRecipe body) => _workers > 1 && RebuildUnit.HasShortPieces(body)
        ? new ParallelRebuilder(body, _encoders, _workers)
        : new SequentialRebuilder(body, _encoders);
}
