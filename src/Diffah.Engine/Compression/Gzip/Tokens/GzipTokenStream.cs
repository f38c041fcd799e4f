using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Recipes;
using Diffah.Engine.Compression.Mixing;
using Diffah.Engine.Compression.Tokens;

namespace Diffah.Engine.Compression.Gzip.Tokens;

/// <summary>The gzip stream that a recipe of decisions makes of a content, while it is read.</summary>
internal sealed class GzipTokenStream : TokenStream
{
    private readonly BitWriter _output = new();
    private readonly BlockWriter _writer = new();
    private readonly GzipBlock _block = new();
    private readonly RecipeReference? _reference;
    private TokenReference? _read;
    private GzipTokenCoder? _coder;
    private int _members;
    private bool _isInMember;

    /// <param name="recipe">What makes the stream.</param>
    /// <param name="content">The content; owned.</param>
    /// <param name="reference">The reference, where the recipe needs it.</param>
    public GzipTokenStream(GzipTokenRecipe recipe, Stream content, RecipeReference? reference)
        : base(recipe.Decisions, recipe.Length, recipe.Settings, content, recipe.NeedsReference, reference is not null)
    {
        _reference = reference;
        if (content.Length != recipe.ContentLength)
            throw TokenErrors.Differs();
    }

    /// <inheritdoc/>
    protected override TokenReference OpenReference() =>
        _read = GzipReference.Open(_reference!, CancellationToken.None);

    /// <inheritdoc/>
    protected override ReadOnlyMemory<byte> Begin(
        RangeDecoder decoder, ContentBuffer content, TokenSettings settings, ReferenceDecisions? reference)
    {
        _coder = new(decoder, content, settings, reference);
        return default;
    }

    /// <inheritdoc/>
    protected override ReadOnlyMemory<byte> MakeNext()
    {
        _output.Take();
        if (_isInMember)
            MakeBlock();
        else if (_coder!.CodeMore(false))
            BeginMember();
        else
            End();
        return _output.Whole;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _coder?.Dispose();
            _read?.Dispose();
            _output.Dispose();
        }
        base.Dispose(disposing);
    }

    private void BeginMember()
    {
        if (_members++ == RecipeBounds.Members)
            throw ByteCursor.Invalid("has too many members");
        _output.WriteBytes(_coder!.CodeBytes([], RecipeBounds.HeaderBytes));
        _isInMember = true;
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
        if (_block.IsFinal)
            EndMember();
    }

    private void EndMember()
    {
        var padding = _coder!.CodePadding(0);
        if ((_output.BitPosition & 7) is not 0 and var used)
            _output.Write((uint)padding & ((1u << (8 - (int)used)) - 1), 8 - (int)used);
        _output.WriteBytes(_coder.CodeBytes([], GzipHeader.TrailerLength));
        _isInMember = false;
    }

    private void End()
    {
        _output.WriteBytes(_coder!.CodeBytes([], RecipeBounds.TrailingBytes));
        Complete(_coder.IsAtEnd);
    }
}
