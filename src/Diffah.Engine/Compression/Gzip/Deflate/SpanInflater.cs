using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Diffah.Engine.Compression.Gzip.Deflate;

/// <summary>
/// Inflates a raw deflate stream that is in memory as a whole, and takes what zlib's inflate takes: it keeps nothing of
/// how the stream was written. Used again and again.
/// </summary>
internal sealed class SpanInflater
{
    private readonly HuffmanDecoder _literals = new(BlockHeaderReader.LiteralBits, SymbolMeanings.Literals);
    private readonly HuffmanDecoder _distances = new(BlockHeaderReader.DistanceBits, SymbolMeanings.Distances);
    private readonly HuffmanDecoder _codeLengths = new(BlockHeaderReader.CodeLengthBits, SymbolMeanings.CodeLengths);
    private readonly byte[] _lengths = new byte[DeflateAlphabet.Literals + DeflateAlphabet.Distances];
    private bool _isFixed;

    /// <summary>Inflates a stream to its end.</summary>
    /// <param name="source">Begins with the stream.</param>
    /// <param name="content">Room for what is inflated; matches reach back to its beginning.</param>
    public InflateResult Inflate(ReadOnlySpan<byte> source, Span<byte> content)
    {
        var input = new BitInput(source);
        var at = 0;
        bool isFinal;
        do
        {
            isFinal = input.Take(1) != 0;
            var state = input.Take(2) switch
            {
                0 => CopyStored(ref input, content, ref at),
                1 => BuildFixed() ? Decode(ref input, content, ref at) : InflateState.Corrupt,
                2 => BuildDynamic(ref input) ? Decode(ref input, content, ref at) : InflateState.Corrupt,
                _ => InflateState.Corrupt,
            };
            if (input.IsOver)
                return new(InflateState.Corrupt, 0, 0);
            if (state != InflateState.Complete)
                return new(state, 0, 0);
        }
        while (!isFinal);
        return new(InflateState.Complete, input.BytesUsed, at);
    }

    private static InflateState CopyStored(ref BitInput input, Span<byte> content, ref int at)
    {
        input.Align();
        var length = input.Take(16);
        if (length != (input.Take(16) ^ 0xFFFF))
            return InflateState.Corrupt;
        if (length > content.Length - at)
            return InflateState.NoRoom;
        if (!input.TryCopy(content.Slice(at, length)))
            return InflateState.Corrupt;
        at += length;
        return InflateState.Complete;
    }

    private bool BuildFixed()
    {
        if (_isFixed)
            return true;
        _isFixed = true;
        return _literals.Build(DeflateAlphabet.FixedLiteralLengths)
            && _distances.Build(DeflateAlphabet.FixedDistanceLengths);
    }

    private bool BuildDynamic(ref BitInput input)
    {
        _isFixed = false;
        var (literals, distances, codeLengths) = (input.Take(5) + 257, input.Take(5) + 1, input.Take(4) + 4);
        if (literals > DeflateAlphabet.Literals || distances > DeflateAlphabet.Distances)
            return false;
        Span<byte> lengths = stackalloc byte[DeflateAlphabet.CodeLengths];
        lengths.Clear();
        for (var index = 0; index < codeLengths; index++)
            lengths[DeflateAlphabet.CodeLengthOrder[index]] = (byte)input.Take(3);
        if (!_codeLengths.Build(lengths, mustBeComplete: true))
            return false;
        var all = _lengths.AsSpan(0, literals + distances);
        return ReadLengths(ref input, all) && all[DeflateAlphabet.EndOfBlock] != 0
            && _literals.Build(all[..literals]) && _distances.Build(all[literals..]);
    }

    private bool ReadLengths(ref BitInput input, Span<byte> lengths)
    {
        for (var at = 0; at < lengths.Length;)
        {
            input.Need();
            var entry = Find(in input, _codeLengths.Table, BlockHeaderReader.CodeLengthBits);
            if ((entry & HuffmanDecoder.KindMask) != HuffmanDecoder.KindValue)
                return false;
            var symbol = TakeValue(ref input, entry);
            var run = symbol < 16 ? 1 : DynamicHeader.RunBase(symbol) + input.Take(DynamicHeader.RunBits(symbol));
            if (run > lengths.Length - at || (symbol == 16 && at == 0))
                return false;
            lengths.Slice(at, run).Fill(symbol < 16 ? (byte)symbol : symbol == 16 ? lengths[at - 1] : (byte)0);
            at += run;
        }
        return true;
    }

    private InflateState Decode(ref BitInput input, Span<byte> content, ref int end)
    {
        ReadOnlySpan<uint> literals = _literals.Table;
        ReadOnlySpan<uint> distances = _distances.Table;
        var at = end;
        while (true)
        {
            input.Need();
            var entry = Find(in input, literals, BlockHeaderReader.LiteralBits);
            if ((entry & HuffmanDecoder.Literal) != 0)
            {
                var literal = (byte)TakeValue(ref input, entry);
                if (at == content.Length)
                    return InflateState.NoRoom;
                content[at++] = literal;
                continue;
            }
            var kind = entry & HuffmanDecoder.KindMask;
            if (kind != HuffmanDecoder.KindValue)
            {
                input.Drop((int)(entry & HuffmanDecoder.AllBitsMask));
                end = at;
                return kind == HuffmanDecoder.KindEnd ? InflateState.Complete : InflateState.Corrupt;
            }
            var length = TakeValue(ref input, entry);
            entry = Find(in input, distances, BlockHeaderReader.DistanceBits);
            if ((entry & HuffmanDecoder.KindMask) != HuffmanDecoder.KindValue)
                return InflateState.Corrupt;
            var distance = TakeValue(ref input, entry);
            // What is behind the end of the input reads as zeros, and these could be a match again and again.
            if (distance > at || input.IsOver)
                return InflateState.Corrupt;
            if (length > content.Length - at)
                return InflateState.NoRoom;
            Copy(content, at, distance, length);
            at += length;
        }
    }

    /// <summary>What the next code says; it is not taken.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Find(in BitInput input, ReadOnlySpan<uint> table, int rootBits)
    {
        var entry = table[input.Peek(rootBits)];
        if ((entry & HuffmanDecoder.KindMask) != HuffmanDecoder.KindBelow)
            return entry;
        var width = (int)((entry >> HuffmanDecoder.CodeBitsShift) & HuffmanDecoder.CodeBitsMask);
        return table[(int)(entry >> HuffmanDecoder.ValueShift) + (input.Peek(rootBits + width) >> rootBits)];
    }

    /// <summary>Takes a code and its extra bits: 48 at the most for a length and a distance.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int TakeValue(ref BitInput input, uint entry)
    {
        var code = (int)((entry >> HuffmanDecoder.CodeBitsShift) & HuffmanDecoder.CodeBitsMask);
        var all = input.TakeAtHand((int)(entry & HuffmanDecoder.AllBitsMask));
        return (int)((entry & ~HuffmanDecoder.Literal) >> HuffmanDecoder.ValueShift) + (all >> code);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(Span<byte> content, int at, int distance, int length)
    {
        var to = content.Slice(at, length);
        if (distance >= length)
            content.Slice(at - distance, length).CopyTo(to);
        else if (distance == 1)
            to.Fill(content[at - 1]);
        else
            Repeat(content, at, distance, length);
    }

    private static void Repeat(Span<byte> content, int at, int distance, int length)
    {
        for (var end = at + length; at < end; at++)
            content[at] = content[at - distance];
    }

    /// <summary>Bits, the least significant of each byte first. Behind the end there are zeros.</summary>
    private ref struct BitInput(ReadOnlySpan<byte> source)
    {
        private readonly ReadOnlySpan<byte> _source = source;
        private ulong _bits;
        private int _count;
        private int _next;

        /// <summary>Bits behind the end were used.</summary>
        public readonly bool IsOver => _next * 8L - _count > _source.Length * 8L;

        public readonly int BytesUsed => _next - (_count >> 3);

        /// <summary>Has at least 48 bits at hand.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Need()
        {
            if (_count >= 48)
                return;
            if (_next + 8 > _source.Length)
            {
                NeedAtEnd();
                return;
            }
            _bits |= BinaryPrimitives.ReadUInt64LittleEndian(_source[_next..]) << _count;
            _next += (63 - _count) >> 3;
            _count |= 56;
        }

        private void NeedAtEnd()
        {
            for (; _count < 48; _count += 8, _next++)
                _bits |= (_next < _source.Length ? (ulong)_source[_next] : 0) << _count;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly int Peek(int count) => (int)(_bits & ((1UL << count) - 1));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Drop(int count)
        {
            _bits >>= count;
            _count -= count;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public int TakeAtHand(int count)
        {
            var value = Peek(count);
            Drop(count);
            return value;
        }

        public int Take(int count)
        {
            Need();
            return TakeAtHand(count);
        }

        /// <summary>Drops the bits up to the next byte.</summary>
        public void Align() => Drop(_count & 7);

        /// <summary>Copies whole bytes; false where there are too few.</summary>
        public bool TryCopy(Span<byte> destination)
        {
            var from = BytesUsed;
            if (destination.Length > _source.Length - from)
                return false;
            _source.Slice(from, destination.Length).CopyTo(destination);
            (_bits, _count, _next) = (0, 0, from + destination.Length);
            return true;
        }
    }
}

/// <summary>How inflating ended.</summary>
internal enum InflateState
{
    /// <summary>The final block is over.</summary>
    Complete,

    /// <summary>The content is longer than the room.</summary>
    NoRoom,

    /// <summary>It is no deflate stream, or it is cut short.</summary>
    Corrupt,
}

/// <summary>What came of inflating.</summary>
/// <param name="State">How it ended.</param>
/// <param name="Used">The bytes of the stream.</param>
/// <param name="Length">The bytes of the content.</param>
internal readonly record struct InflateResult(InflateState State, int Used, int Length);
