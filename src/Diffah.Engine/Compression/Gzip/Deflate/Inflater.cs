using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Diffah.Engine.Compression.Gzip.Deflate;

/// <summary>
/// Inflates a raw deflate stream part by part, and keeps what other inflaters drop: the tokens, the blocks and their
/// headers as they were written. Memory is bounded by the window and the lists.
/// </summary>
internal sealed class Inflater : IDisposable
{
    private const int MaximumTokens = 2 * 1024 * 1024;
    private const int MaximumBlocks = 1024;
    private const int MaximumHeaderBytes = 128 * 1024;
    private const int LongestToken = Token.MaximumMatch + 8;

    internal static readonly uint[] LiteralMeanings = MakeLiteralMeanings();
    internal static readonly uint[] DistanceMeanings = MakeDistanceMeanings();
    internal static readonly uint[] CodeLengthMeanings = MakeCodeLengthMeanings();

    private readonly DeflateInput _input;
    private readonly ContentWindow _window;
    private readonly HuffmanDecoder _literals = new();
    private readonly HuffmanDecoder _distances = new();
    private readonly HuffmanDecoder _codeLengths = new();
    private readonly DynamicHeader _header = new();
    private readonly uint[] _tokens = ArrayPool<uint>.Shared.Rent(MaximumTokens);
    private readonly InflatedBlock[] _blocks = new InflatedBlock[MaximumBlocks];
    private readonly byte[] _headers = ArrayPool<byte>.Shared.Rent(MaximumHeaderBytes);
    private int _headerBytes;
    private int _storedLeft;
    private bool _inBlock;
    private bool _disposed;

    /// <summary>Inflates into a window; the window is slid by whoever works on it.</summary>
    public Inflater(DeflateInput input, ContentWindow window) => (_input, _window) = (input, window);

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
        while (!IsComplete && _window.End + LongestToken <= _window.Capacity && TokenCount < MaximumTokens)
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
                block.StoredLength = _storedLeft = BeginStored();
                break;
            case BlockType.Fixed:
                Build(DeflateAlphabet.FixedLiteralLengths, DeflateAlphabet.FixedDistanceLengths);
                break;
            case BlockType.Dynamic:
                BeginDynamic();
                _header.Bytes.CopyTo(_headers.AsSpan(_headerBytes));
                block.HeaderLength = _header.Length;
                _headerBytes += _header.Length;
                break;
            default:
                throw Corrupt("a block is of no type that there is");
        }
        return true;
    }

    private int BeginStored()
    {
        if (_input.Align() != 0)
            throw new RecipeRefusedException(
                RecipeRefusal.PaddingNotZero, "The padding of a stored block is not zero.");
        var length = _input.Take(16);
        var complement = _input.Take(16);
        if (length != (complement ^ 0xFFFF))
            throw Corrupt("the length of a stored block is not what its complement says");
        _input.Align();
        return length;
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

    private void BeginDynamic()
    {
        var (literals, distances, codeLengths) = (_input.Take(5) + 257, _input.Take(5) + 1, _input.Take(4) + 4);
        if (literals > DeflateAlphabet.Literals || distances > DeflateAlphabet.Distances)
            throw Corrupt("a block has codes for symbols that there are not");
        _header.Begin(literals, distances, codeLengths);
        Span<byte> lengths = stackalloc byte[DeflateAlphabet.CodeLengths];
        lengths.Clear();
        for (var index = 0; index < codeLengths; index++)
        {
            var length = _input.Take(3);
            lengths[DeflateAlphabet.CodeLengthOrder[index]] = (byte)length;
            _header.Add(length);
        }
        if (!_codeLengths.Build(lengths, CodeLengthMeanings, mustBeComplete: true))
            throw Corrupt("the code of a block's code lengths is none");
        ReadSymbols(literals + distances);
        Span<byte> literalLengths = stackalloc byte[DeflateAlphabet.Literals];
        Span<byte> distanceLengths = stackalloc byte[DeflateAlphabet.Distances];
        _header.ReadLengths(literalLengths, distanceLengths);
        if (literalLengths[DeflateAlphabet.EndOfBlock] == 0)
            throw Corrupt("a block has no code for its end");
        Build(literalLengths, distanceLengths);
    }

    private void ReadSymbols(int count)
    {
        while (count > 0)
        {
            _input.Need();
            var entry = _codeLengths.Table[_input.Bits & ((1 << HuffmanDecoder.RootBits) - 1)];
            _input.Take((int)(entry & 15));
            var symbol = (int)(entry >> 16);
            _header.Add(symbol);
            var extra = 0;
            if (symbol >= 16)
                _header.Add(extra = _input.Take(DynamicHeader.RunBits(symbol)));
            count -= DynamicHeader.RunLength(symbol, extra);
        }
        _input.CheckEnd();
    }

    private void Build(ReadOnlySpan<byte> literals, ReadOnlySpan<byte> distances)
    {
        if (!_literals.Build(literals, LiteralMeanings) || !_distances.Build(distances, DistanceMeanings))
            throw Corrupt("a code of a block is none");
    }

    /// <summary>Decodes tokens until the block, the room or the input at hand is over.</summary>
    private void Decode(ref InflatedBlock block)
    {
        if (_input.Next + DeflateInput.Padding / 2 > _input.Filled)
            _input.Fill();
        ref var input = ref MemoryMarshal.GetArrayDataReference(_input.Buffer);
        ref var content = ref MemoryMarshal.GetArrayDataReference(_window.Buffer);
        ref var literals = ref MemoryMarshal.GetArrayDataReference(_literals.Table);
        ref var distances = ref MemoryMarshal.GetArrayDataReference(_distances.Table);
        ref var tokens = ref MemoryMarshal.GetArrayDataReference(_tokens);
        var (bits, bitCount, next) = (_input.Bits, _input.BitCount, _input.Next);
        // Two refills a turn.
        var lastInput = _input.Readable - 8;
        var (end, count) = (_window.End, TokenCount);
        var lastEnd = _window.Capacity - LongestToken;
        var fault = DecodeFault.None;
        while (next <= lastInput && end <= lastEnd && count < MaximumTokens)
        {
            bits |= ReadBits(ref input, next) << bitCount;
            next += (63 - bitCount) >> 3;
            bitCount |= 56;
            var entry = LookUp(ref literals, bits);
            if ((entry & HuffmanDecoder.KindMask) == 0)
            {
                // Up to three literals from one refill: 45 bits at the most.
                bits >>= (int)(entry & 15);
                bitCount -= (int)(entry & 15);
                Unsafe.Add(ref content, end++) = (byte)(entry >> 16);
                Unsafe.Add(ref tokens, count++) = entry >> 16;
                if (count >= MaximumTokens)
                    break;
                entry = LookUp(ref literals, bits);
                if ((entry & HuffmanDecoder.KindMask) == 0)
                {
                    bits >>= (int)(entry & 15);
                    bitCount -= (int)(entry & 15);
                    Unsafe.Add(ref content, end++) = (byte)(entry >> 16);
                    Unsafe.Add(ref tokens, count++) = entry >> 16;
                    continue;
                }
                if (bitCount < 48)
                {
                    bits |= ReadBits(ref input, next) << bitCount;
                    next += (63 - bitCount) >> 3;
                    bitCount |= 56;
                }
            }
            bits >>= (int)(entry & 15);
            bitCount -= (int)(entry & 15);
            if ((entry & HuffmanDecoder.KindMask) != HuffmanDecoder.KindBase)
            {
                fault = (entry & HuffmanDecoder.KindMask) == HuffmanDecoder.KindEnd
                    ? DecodeFault.EndOfBlock
                    : DecodeFault.NoCode;
                break;
            }
            var extra = (int)(entry >> 4) & 15;
            var length = (int)(entry >> 16) + (int)(bits & ((1UL << extra) - 1));
            bits >>= extra;
            bitCount -= extra;
            var symbol = entry;
            entry = LookUp(ref distances, bits);
            bits >>= (int)(entry & 15);
            bitCount -= (int)(entry & 15);
            if ((entry & HuffmanDecoder.KindMask) != HuffmanDecoder.KindBase)
            {
                fault = DecodeFault.NoCode;
                break;
            }
            extra = (int)(entry >> 4) & 15;
            var distance = (int)(entry >> 16) + (int)(bits & ((1UL << extra) - 1));
            bits >>= extra;
            bitCount -= extra;
            if (distance > end)
            {
                fault = DecodeFault.TooFar;
                break;
            }
            if (length == Token.MaximumMatch && symbol >> 16 != Token.MaximumMatch)
            {
                fault = DecodeFault.Symbol284;
                break;
            }
            Copy(ref content, end, distance, length);
            end += length;
            Unsafe.Add(ref tokens, count++) = Token.Match(length, distance);
        }
        (_input.Bits, _input.BitCount, _input.Next) = (bits, bitCount, next);
        block.TokenCount += count - TokenCount;
        (_window.End, TokenCount) = (end, count);
        _input.CheckEnd();
        if (fault == DecodeFault.EndOfBlock)
            _inBlock = false;
        else if (fault != DecodeFault.None)
            throw Refused(fault);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong ReadBits(ref byte input, int at)
    {
        var bits = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref input, at));
        return BitConverter.IsLittleEndian ? bits : BinaryPrimitives.ReverseEndianness(bits);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint LookUp(ref uint table, ulong bits)
    {
        var entry = Unsafe.Add(ref table, (nint)(bits & ((1 << HuffmanDecoder.RootBits) - 1)));
        if ((entry & HuffmanDecoder.KindMask) != HuffmanDecoder.KindOther || entry == HuffmanDecoder.KindOther)
            return entry;
        var below = (bits >> HuffmanDecoder.RootBits) & ((1UL << ((int)(entry >> 4) & 15)) - 1);
        return Unsafe.Add(ref table, (nint)((entry >> 16) + below));
    }

    /// <summary>Copies a match; up to 7 bytes more than its length may be overwritten.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(ref byte content, int end, int distance, int length)
    {
        ref var to = ref Unsafe.Add(ref content, end);
        ref var from = ref Unsafe.Subtract(ref to, distance);
        if (distance >= 8)
        {
            for (var at = 0; at < length; at += 8)
                Unsafe.WriteUnaligned(
                    ref Unsafe.Add(ref to, at), Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, at)));
        }
        else if (distance == 1)
        {
            Unsafe.InitBlockUnaligned(ref to, from, (uint)length);
        }
        else
        {
            for (var at = 0; at < length; at++)
                Unsafe.Add(ref to, at) = Unsafe.Add(ref from, at);
        }
    }

    private enum DecodeFault
    {
        None,
        EndOfBlock,
        NoCode,
        TooFar,
        Symbol284,
    }

    private static RecipeRefusedException Refused(DecodeFault fault) => fault switch
    {
        DecodeFault.Symbol284 => new(RecipeRefusal.LongestLengthInOtherWords,
            "A length of 258 is written as symbol 284, which no recipe keeps."),
        DecodeFault.TooFar => Corrupt("a match reaches further back than there is content"),
        _ => Corrupt("a symbol has no code"),
    };

    private static RecipeRefusedException Corrupt(string what) =>
        new(RecipeRefusal.Corrupt, $"The compressed stream is damaged: {what}.");

    private static uint[] MakeLiteralMeanings()
    {
        var meanings = new uint[288];
        for (var symbol = 0; symbol < meanings.Length; symbol++)
        {
            var length = symbol - DeflateAlphabet.FirstLength;
            meanings[symbol] = symbol switch
            {
                < DeflateAlphabet.EndOfBlock => (uint)symbol << 16,
                DeflateAlphabet.EndOfBlock => HuffmanDecoder.KindEnd,
                < DeflateAlphabet.Literals => HuffmanDecoder.KindBase
                    | ((uint)DeflateAlphabet.LengthBase[length] << 16)
                    | ((uint)DeflateAlphabet.LengthExtra[length] << 4),
                _ => HuffmanDecoder.KindOther,
            };
        }
        return meanings;
    }

    private static uint[] MakeDistanceMeanings()
    {
        var meanings = new uint[32];
        for (var symbol = 0; symbol < meanings.Length; symbol++)
        {
            meanings[symbol] = symbol < DeflateAlphabet.Distances
                ? HuffmanDecoder.KindBase | ((uint)DeflateAlphabet.DistanceBase[symbol] << 16)
                    | ((uint)DeflateAlphabet.DistanceExtra[symbol] << 4)
                : HuffmanDecoder.KindOther;
        }
        return meanings;
    }

    private static uint[] MakeCodeLengthMeanings() =>
        [.. Enumerable.Range(0, DeflateAlphabet.CodeLengths).Select(symbol => (uint)symbol << 16)];
}
