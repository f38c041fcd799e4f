using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Segments;

/// <summary>
/// The window of klauspost/compress at levels 7 to 9: twice 32 KiB, and chains of positions by hashes of four bytes.
/// Chains hold positions counted from a base on, so that nothing is to be cleared when the window moves.
/// </summary>
internal sealed class LazyWindow : IDisposable
{
    public const int Size = 2 * Half;
    public const int MinMatch = 4;

    private const int Half = Token.MaximumDistance;
    private const int Mask = Half - 1;
    private const int HashBits = 17;
    private const int Overrun = 16;
    private const int FirstBase = 1;
    private const int LastBase = 1 << 30;

    private readonly byte[] _bytes = ArrayPool<byte>.Shared.Rent(Size + Overrun);
    private readonly int[] _heads = new int[1 << HashBits];
    private readonly int[] _previous = new int[Half];
    private int _base = FirstBase;
    private int _lastHead;

    /// <summary>How much is filled.</summary>
    public int End { get; private set; }

    public bool IsFull => End == Size;

    /// <summary>From here on positions can't be remembered, since fewer than four bytes follow.</summary>
    public int RememberedEnd { get; private set; }

    public ReadOnlySpan<byte> Content => _bytes.AsSpan(0, End);

    /// <summary>What came before the position remembered last, with its hash.</summary>
    public int Candidate => _lastHead - _base;

    public ref byte First => ref MemoryMarshal.GetArrayDataReference(_bytes);

    public void Dispose() => ArrayPool<byte>.Shared.Return(_bytes);

    public void Clear()
    {
        MoveBase(Size);
        _lastHead = 0;
        End = 0;
        RememberedEnd = 0;
    }

    public int Fill(ReadOnlySpan<byte> content)
    {
        var taken = Math.Min(Size - End, content.Length);
        content[..taken].CopyTo(_bytes.AsSpan(End));
        End += taken;
        return taken;
    }

    /// <summary>Drops the older half.</summary>
    public void Slide()
    {
        _bytes.AsSpan(Half, Half).CopyTo(_bytes);
        End -= Half;
        MoveBase(Half);
    }

    /// <summary>Learns that what is filled so far is to be encoded.</summary>
    public void Settle() => RememberedEnd = End - (MinMatch - 1);

    /// <summary>Remembers a position, if enough bytes follow, and finds its candidate.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Remember(int position)
    {
        if (position < RememberedEnd)
            _lastHead = Link(position);
    }

    public void RememberAll(int position, int end)
    {
        for (; position < end; position++)
            Link(position);
    }

    /// <summary>The newest position with the four bytes at a position, or something else of their hash.</summary>
    public int Newest(int position) => Head(position) - _base;

    /// <summary>The position before one in its chain.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Before(int position) => _previous[position & Mask] - _base;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Link(int position)
    {
        ref var head = ref Head(position);
        var before = head;
        _previous[position & Mask] = before;
        head = position + _base;
        return before;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref int Head(int position) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_heads),
        (nint)((Bytes.Load32(ref First, position) * 2654435761u) >> (32 - HashBits)));

    private void MoveBase(int distance)
    {
        _base += distance;
        if (_base < LastBase)
            return;
        var fallen = _base - FirstBase;
        foreach (ref var position in _heads.AsSpan())
            position = Math.Max(position - fallen, 0);
        foreach (ref var position in _previous.AsSpan())
            position = Math.Max(position - fallen, 0);
        _lastHead = Math.Max(_lastHead - fallen, 0);
        _base = FirstBase;
    }
}
