using System.Buffers;

namespace Diffah.Engine.Compression.Gzip.Deflate;

/// <summary>
/// Inflates a raw deflate stream part by part, and keeps what other inflaters drop: the tokens, the blocks and their
/// headers as they were written. Memory is bounded by the window and the lists.
/// </summary>
internal sealed class Inflater : IDisposable
{
    private const int MaximumBlocks = 1024;
    private const int MaximumHeaderBytes = 128 * 1024;

    private readonly DeflateInput _input;
    private readonly ContentWindow _window;
    private readonly BlockHeaderReader _codes;
    private readonly uint[] _tokens;
    private readonly InflatedBlock[] _blocks = new InflatedBlock[MaximumBlocks];
    private readonly byte[] _headers = ArrayPool<byte>.Shared.Rent(MaximumHeaderBytes);
    private int _headerBytes;
    private int _storedLeft;
    private bool _inBlock;
    private bool _disposed;

    /// <summary>Inflates into a window; the window is slid by whoever works on it.</summary>
    public Inflater(DeflateInput input, ContentWindow window)
    {
        (_input, _window, _codes) = (input, window, new(input));
        // No more than there are bytes of content.
        _tokens = ArrayPool<uint>.Shared.Rent(window.Capacity);
    }

    /// <summary>The stream's final block is complete.</summary>
    public bool IsComplete { get; private set; }

    public int TokenCount { get; private set; }

    public int BlockCount { get; private set; }

    public ReadOnlySpan<uint> Tokens => _tokens.AsSpan(0, TokenCount);

    public Span<InflatedBlock> Blocks => _blocks.AsSpan(0, BlockCount);

    public ReadOnlySpan<byte> Header(in InflatedBlock block) =>
        _headers.AsSpan(block.HeaderStart, block.HeaderLength);

    /// <summary>Begins a new stream at the input's next bit.</summary>
    public void Reset()
    {
        (TokenCount, BlockCount, _headerBytes, _storedLeft) = (0, 0, 0, 0);
        (_inBlock, IsComplete) = (false, false);
    }

    /// <summary>Inflates until the window or a list is full, or the stream is over.</summary>
    public void Fill()
    {
        while (!IsComplete && HasRoom)
        {
            if (!_inBlock && !BeginBlock())
                return;
            ref var block = ref _blocks[BlockCount - 1];
            if (block.Type == BlockType.Stored)
                CopyStored();
            else
                Decode(ref block);
            if (_inBlock)
                continue;
            block.IsComplete = true;
            block.EndBit = _input.BitPosition;
            IsComplete = block.IsFinal;
        }
        _window.IsComplete = IsComplete;
    }

    /// <summary>Drops the tokens and blocks that were worked on.</summary>
    /// <param name="tokens">Tokens from the front.</param>
    /// <param name="blocks">Blocks from the front; all of them complete, and their tokens among those dropped.</param>
    public void Drop(int tokens, int blocks)
    {
        _tokens.AsSpan(tokens, TokenCount - tokens).CopyTo(_tokens);
        TokenCount -= tokens;
        _blocks.AsSpan(blocks, BlockCount - blocks).CopyTo(_blocks);
        BlockCount -= blocks;
        var headers = BlockCount == 0 ? _headerBytes : _blocks[0].HeaderStart;
        _headers.AsSpan(headers, _headerBytes - headers).CopyTo(_headers);
        _headerBytes -= headers;
        foreach (ref var block in Blocks)
        {
            block.HeaderStart -= headers;
            var dropped = Math.Min(block.TokenCount, Math.Max(0, tokens - block.TokenStart));
            block.TokenStart -= tokens - dropped;
            block.TokenCount -= dropped;
        }
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        ArrayPool<uint>.Shared.Return(_tokens);
        ArrayPool<byte>.Shared.Return(_headers);
    }

    private bool HasRoom => _window.End + SymbolLoop.ContentATurn <= _window.Capacity
        && TokenCount + SymbolLoop.TokensATurn <= _tokens.Length;

    private bool BeginBlock()
    {
        if (BlockCount == MaximumBlocks || _headerBytes + DynamicHeader.MaximumLength > MaximumHeaderBytes)
            return false;
        ref var block = ref _blocks[BlockCount++];
        block = new InflatedBlock
        {
            StartBit = _input.BitPosition,
            ContentStart = _window.Origin + _window.End,
            TokenStart = TokenCount,
            HeaderStart = _headerBytes,
        };
        block.IsFinal = _input.Take(1) != 0;
        block.Type = (BlockType)_input.Take(2);
        _inBlock = true;
        switch (block.Type)
        {
            case BlockType.Stored:
                block.StoredLength = _storedLeft = _codes.ReadStored();
                break;
            case BlockType.Fixed:
                _codes.UseFixed();
                break;
            case BlockType.Dynamic:
                _codes.ReadDynamic();
                _codes.Header.Bytes.CopyTo(_headers.AsSpan(_headerBytes));
                block.HeaderLength = _codes.Header.Length;
                _headerBytes += _codes.Header.Length;
                break;
            default:
                throw BlockHeaderReader.Corrupt("a block is of no type that there is");
        }
        return true;
    }

    private void CopyStored()
    {
        var room = Math.Min(_storedLeft, _window.Capacity - _window.End);
        if (room > 0)
        {
            var copied = _input.TakeBytes(_window.Buffer.AsSpan(_window.End, room));
            _window.End += copied;
            _storedLeft -= copied;
        }
        _inBlock = _storedLeft > 0;
    }

    /// <summary>Decodes tokens until the block, the room or the input at hand is over.</summary>
    private void Decode(ref InflatedBlock block)
    {
        if (_input.Next + DeflateInput.Padding / 2 > _input.Filled)
            _input.Fill();
        var count = TokenCount;
        var stop = SymbolLoop.Run(_input, _window, _codes, _tokens, ref count);
        block.TokenCount += count - TokenCount;
        TokenCount = count;
        if (stop == SymbolLoop.Stop.EndOfBlock)
            _inBlock = false;
        else if (stop != SymbolLoop.Stop.Room)
            throw Refused(stop);
    }

    private static RecipeRefusedException Refused(SymbolLoop.Stop stop) => stop switch
    {
        SymbolLoop.Stop.Symbol284 => new(RecipeRefusal.LongestLengthInOtherWords,
            "A length of 258 is written as symbol 284, which no recipe keeps."),
        SymbolLoop.Stop.TooFar => BlockHeaderReader.Corrupt("a match reaches further back than there is content"),
        _ => BlockHeaderReader.Corrupt("a symbol has no code"),
    };
}
