using Diffah.Engine.Compression.Mixing;

namespace Diffah.Engine.Compression.Tokens;

/// <summary>The stream that a recipe of decisions makes of a content, while it is read.</summary>
internal abstract class TokenStream : ForwardReadStream
{
    private readonly ReadOnlyMemory<byte> _decisions;
    private readonly long _length;
    private readonly TokenSettings _settings;
    private readonly Stream _content;
    private readonly bool _needsReference;
    private RangeDecoder? _decoder;
    private ReadOnlyMemory<byte> _pending;
    private long _given;
    private bool _isComplete;
    private bool _isDisposed;

    /// <param name="decisions">What the stream's encoder decided.</param>
    /// <param name="length">Bytes of the stream.</param>
    /// <param name="settings">What is known of the encoder.</param>
    /// <param name="content">The content, which can seek; owned.</param>
    /// <param name="needsReference">Whether the decisions were written with a reference.</param>
    /// <param name="hasReference">Whether there is a reference.</param>
    /// <exception cref="RecipeRefusedException">The reference is needed, and there is none.</exception>
    protected TokenStream(
        ReadOnlyMemory<byte> decisions, long length, TokenSettings settings, Stream content, bool needsReference,
        bool hasReference)
    {
        if (needsReference && !hasReference)
            throw TokenErrors.ReferenceDiffers();
        (_decisions, _length, _settings, _content) = (decisions, length, settings, content);
        _needsReference = needsReference;
    }

    /// <inheritdoc/>
    public sealed override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (buffer.IsEmpty)
            return 0;
        while (_pending.IsEmpty && !_isComplete)
            Proceed();
        var count = Math.Min(buffer.Length, _pending.Length);
        _pending.Span[..count].CopyTo(buffer);
        _pending = _pending[count..];
        return count;
    }

    /// <inheritdoc/>
    public sealed override ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span));
    }

    /// <summary>The reference, which the decisions need; not owned.</summary>
    protected abstract TokenReference OpenReference();

    /// <summary>Begins the stream.</summary>
    /// <param name="decoder">Reads the decisions.</param>
    /// <param name="content">The content.</param>
    /// <param name="settings">What is known of the encoder.</param>
    /// <param name="reference">What the reference has to say, where one is needed.</param>
    /// <returns>The stream's first bytes, or none yet.</returns>
    protected abstract ReadOnlyMemory<byte> Begin(
        RangeDecoder decoder, ContentBuffer content, TokenSettings settings, ReferenceDecisions? reference);

    /// <summary>Makes what comes next.</summary>
    /// <returns>It, until the next call; may be empty.</returns>
    protected abstract ReadOnlyMemory<byte> MakeNext();

    /// <summary>Says that nothing follows what is being made.</summary>
    /// <param name="isContentPassed">All of the content was passed.</param>
    /// <exception cref="RecipeRefusedException">It was not, or there are more decisions.</exception>
    protected void Complete(bool isContentPassed)
    {
        if (!isContentPassed || !_decoder!.IsAtEnd())
            throw ByteCursor.Invalid("ends before its content, or has something behind its end");
        _isComplete = true;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            _content.Dispose();
        }
        base.Dispose(disposing);
    }

    private void Proceed()
    {
        try
        {
            _pending = _decoder is null ? MakeFirst() : MakeNext();
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw ByteCursor.Invalid("is cut short, or has a number out of its bounds");
        }
        _given += _pending.Length;
        if (_given > _length || (_isComplete && _given != _length))
            throw ByteCursor.Invalid("makes more or less than it says");
    }

    private ReadOnlyMemory<byte> MakeFirst()
    {
        _content.Position = 0;
        var buffer = new ContentBuffer(_content, _settings.Reach);
        var reference = _needsReference ? OpenReference() : null;
        _decoder = new RangeDecoder(new MemoryStream(_decisions.ToArray(), writable: false));
        return Begin(_decoder, buffer, _settings, reference?.Of(buffer, _settings));
    }
}
