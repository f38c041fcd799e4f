using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>
/// zlib-ng at level 1: the last place with the same four bytes, or something else of their hash, is all that it looks
/// at. Nothing inside of a match is made findable, but the place before the one at which the window moves.
/// </summary>
internal sealed class ZlibNgQuickMatcher : TokenMatcher
{
    private const int HashBits = 16;
    private const int HashLength = 4;
    private const int MaximumDistance = ZlibSearch.WindowSize - ZlibSearch.MinimumLookahead;
    private const int Nowhere = -(1 << 30);

    private readonly int[] _heads = ArrayPool<int>.Shared.Rent(1 << HashBits);
    private byte[] _content = [];
    private bool _disposed;

    // The place that was looked up last, and what was there before it.
    private int _found;
    private int _candidate;

    public override uint Carried
    {
        get => 0;
        set { }
    }

    public override bool DependsOnContentOnly => false;

    public override void Begin(byte[] content, int first, int start, int windowBase)
    {
        _content = content;
        _heads.AsSpan(0, 1 << HashBits).Fill(Nowhere);
        (Position, Base, _found) = (start, windowBase, Nowhere);
        for (var at = first; at < start; at++)
            Insert(at);
    }

    public override int Follow(ReadOnlySpan<uint> real)
    {
        for (var index = 0; index < real.Length; index++)
        {
            var predicted = Predict();
            if (predicted != real[index])
            {
                Predicted = predicted;
                return index;
            }
            Position += Token.Length(predicted);
        }
        return real.Length;
    }

    public override int Generate(Span<uint> tokens, int stop, bool mayCross)
    {
        var count = 0;
        while (count < tokens.Length && Position < stop)
        {
            Predicted = Predict();
            if (!mayCross && Position + Token.Length(Predicted) > stop)
                return count;
            tokens[count++] = Predicted;
            Position += Token.Length(Predicted);
        }
        return count;
    }

    public override uint Predict()
    {
        if (_found != Position)
            LookUp();
        var distance = Position - _candidate;
        if (distance <= MaximumDistance)
        {
            var most = Math.Min(Token.MaximumMatch, Limit - Position);
            ref var content = ref MemoryMarshal.GetArrayDataReference(_content);
            var common = (int)SearchSpace.Common(ref content, _candidate, Position, most);
            if (common >= HashLength)
                return Token.Match(common, distance);
        }
        return _content[Position];
    }

    public override void Commit(uint token) => Position += Token.Length(token);

    public override void Slide(int by)
    {
        (Position, Limit, Base, _found) = (Position - by, Limit - by, Base - by, _found - by);
        _candidate = Math.Max(_candidate - by, Nowhere);
        var less = new Vector<int>(by);
        var least = new Vector<int>(Nowhere);
        foreach (ref var heads in MemoryMarshal.Cast<int, Vector<int>>(_heads.AsSpan(0, 1 << HashBits)))
            heads = Vector.Max(heads - less, least);
    }

    public override void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        ArrayPool<int>.Shared.Return(_heads);
    }

    private void LookUp()
    {
        if (ZlibSearch.Slides(Position, Base, Limit))
        {
            Base += ZlibSearch.WindowSize;
            Insert(Position - 1);
        }
        _found = Position;
        _candidate = Insert(Position);
    }

    /// <summary>Makes a place findable, and gives the last one with the same hash.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Insert(int position)
    {
        if (position > Limit - HashLength)
            return Nowhere;
        var word = SearchSpace.ReadFour(ref MemoryMarshal.GetArrayDataReference(_content), position);
        if (!BitConverter.IsLittleEndian)
            word = BinaryPrimitives.ReverseEndianness(word);
        ref var head = ref _heads[(word * 2654435761) >> 16 & 0xFFFF];
        var candidate = head;
        head = position;
        return candidate;
    }
}
