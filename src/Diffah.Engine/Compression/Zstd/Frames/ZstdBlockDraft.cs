using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Diffah.Engine.Compression.Zstd.Frames;

/// <summary>What a block says, before its bytes are made: all its literals, and its sequences.</summary>
internal sealed class ZstdBlockDraft
{
    /// <summary>No block has more content, in bytes.</summary>
    public const int MaximumLength = 128 * 1024;

    /// <summary>No block has more sequences: each copies 3 bytes or more.</summary>
    public const int MaximumSequences = MaximumLength / 3 + 1;

    // Literals are copied in steps of 16 bytes, so the last step may go past the end.
    private const int Slack = 16;

    private readonly byte[] _literals = new byte[MaximumLength + Slack];
    private readonly ZstdSequence[] _sequences = new ZstdSequence[MaximumSequences];
    private int _literalCount;
    private int _sequenceCount;

    /// <summary>All literals, also those behind the last sequence.</summary>
    public ReadOnlySpan<byte> Literals => _literals.AsSpan(0, _literalCount);

    /// <summary>The sequences.</summary>
    public ReadOnlySpan<ZstdSequence> Sequences => _sequences.AsSpan(0, _sequenceCount);

    /// <summary>How many sequences there are yet.</summary>
    public int SequenceCount => _sequenceCount;

    /// <summary>Begins a block.</summary>
    public void Clear() => (_literalCount, _sequenceCount) = (0, 0);

    /// <summary>Adds literals that belong to the sequence which is added next, or stand behind the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddLiterals(ReadOnlySpan<byte> literals)
    {
        literals.CopyTo(_literals.AsSpan(_literalCount, MaximumLength - _literalCount));
        _literalCount += literals.Length;
    }

    /// <summary>
    /// The same for a matcher that knows the bytes behind the literals: up to 15 of them may be read, and are not
    /// taken.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddLiterals(ref readonly byte first, int count, int readable)
    {
        if (count > 16 || readable < 16 || _literalCount + count > MaximumLength)
        {
            AddLiterals(MemoryMarshal.CreateReadOnlySpan(in first, count));
            return;
        }
        ref var from = ref Unsafe.AsRef(in first);
        ref var to = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_literals), _literalCount);
        Unsafe.WriteUnaligned(ref to, Unsafe.ReadUnaligned<UInt128>(ref from));
        _literalCount += count;
    }

    /// <summary>Adds a sequence whose literals were added before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int literalLength, int matchLength, uint offsetValue) =>
        _sequences[_sequenceCount++] = new ZstdSequence(literalLength, matchLength, offsetValue, 0);
}
