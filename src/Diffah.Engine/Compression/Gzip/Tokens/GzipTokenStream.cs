using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Recipes;
using Diffah.Engine.Compression.Mixing;
using Diffah.Engine.Compression.Tokens;

namespace Diffah.Engine.Compression.Gzip.Tokens;

/// <summary>The gzip stream that a recipe of decisions makes of a content, while it is read.</summary>
internal sealed class GzipTokenStream : ForwardReadStream
{
    private readonly GzipTokenRecipe _recipe;
    private readonly Stream _content;
    private readonly RecipeReference? _reference;
    private readonly BitWriter _output = new();
    private readonly BlockWriter _writer = new();
    private readonly GzipBlock _block = new();
    private TokenReference? _read;
    private RangeDecoder? _decoder;
    private GzipTokenCoder? _coder;
    private ReadOnlyMemory<byte> _pending;
    private long _given;
    private int _members;
    private Stage _stage;
    private bool _disposed;

    /// <param name="recipe">What makes the stream.</param>
    /// <param name="content">The content; owned.</param>
    /// <param name="reference">The reference, where the recipe needs it.</param>
    public GzipTokenStream(GzipTokenRecipe recipe, Stream content, RecipeReference? reference)
    {
        (_recipe, _content, _reference) = (recipe, content, reference);
        if (recipe.NeedsReference && reference is null)
            throw TokenErrors.ReferenceDiffers();
        if (content.Length != recipe.ContentLength)
            throw TokenErrors.Differs();
    }

    private enum Stage
    {
        Begin,
        Member,
        Block,
        End,
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (buffer.IsEmpty)
            return 0;
        while (_pending.IsEmpty && _stage != Stage.End)
            Proceed();
        var count = Math.Min(buffer.Length, _pending.Length);
        _pending.Span[..count].CopyTo(buffer);
        _pending = _pending[count..];
        return count;
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _coder?.Dispose();
            _read?.Dispose();
            _output.Dispose();
            _content.Dispose();
        }
        base.Dispose(disposing);
    }

    private void Proceed()
    {
        _output.Take();
        try
        {
            Step();
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw ByteCursor.Invalid("is cut short, or has a number out of its bounds");
        }
        _pending = _output.Whole;
        _given += _pending.Length;
        if (_given > _recipe.Length || (_stage == Stage.End && _given != _recipe.Length))
            throw ByteCursor.Invalid("makes more or less than it says");
    }

    private void Step()
    {
        switch (_stage)
        {
            case Stage.Begin:
                Begin();
                _stage = Stage.Member;
                break;
            case Stage.Member when _coder!.CodeMore(false):
                if (_members++ == RecipeBounds.Members)
                    throw ByteCursor.Invalid("has too many members");
                _output.WriteBytes(_coder.CodeBytes([], RecipeBounds.HeaderBytes));
                _stage = Stage.Block;
                break;
            case Stage.Member:
                _output.WriteBytes(_coder!.CodeBytes([], RecipeBounds.TrailingBytes));
                if (!_coder.IsAtEnd || !_decoder!.IsAtEnd())
                    throw ByteCursor.Invalid("ends before its content, or has something behind its end");
                _stage = Stage.End;
                break;
            default:
                MakeBlock();
                break;
        }
    }

    private void Begin()
    {
        _content.Position = 0;
        var buffer = new ContentBuffer(_content, _recipe.Settings.Reach);
        _read = _recipe.NeedsReference ? GzipReference.Open(_reference!, CancellationToken.None) : null;
        _decoder = new RangeDecoder(new MemoryStream(_recipe.Decisions.ToArray(), writable: false));
        _coder = new(_decoder, buffer, _recipe.Settings, _read?.Of(buffer, _recipe.Settings));
    }

    private void MakeBlock()
    {
        _coder!.Code(_block);
        switch (_block.Type)
        {
            case BlockType.Stored:
                BlockWriter.WriteStored(_output, _block.IsFinal, _coder.Content(_block.ContentLength));
                break;
            case BlockType.Fixed:
                _writer.WriteFixed(_output, _block.IsFinal, _block.Tokens);
                break;
            default:
                _writer.WriteDynamic(_output, _block.IsFinal, _block.Header, _block.Tokens);
                break;
        }
        if (!_block.IsFinal)
            return;
        var padding = _coder.CodePadding(0);
        if ((_output.BitPosition & 7) is not 0 and var used)
            _output.Write((uint)padding & ((1u << (8 - (int)used)) - 1), 8 - (int)used);
        _output.WriteBytes(_coder.CodeBytes([], GzipHeader.TrailerLength));
        _stage = Stage.Member;
    }
}
