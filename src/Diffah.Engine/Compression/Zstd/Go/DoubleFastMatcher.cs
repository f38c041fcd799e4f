using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>
/// The level Default: a table of eight bytes and one of five, each with the last position of a hash and the first four
/// bytes there.
/// </summary>
internal sealed class DoubleFastMatcher : GoMatcher
{
    private const int LongBits = 17;
    private const int ShortBits = 15;
    private const int Shortest = 16;

    // Eight bytes are read up to two bytes further on.
    private const int Margin = 8 + 2;

    // Steps grow by one every 128 bytes without a match.
    private const int SkipShift = 7;

    // A block has explicit offsets first, so that no offset of the block before counts.
    private const int ExplicitSequences = 2;

    private readonly ulong[] _long = new ulong[1 << LongBits];
    private readonly ulong[] _short = new ulong[1 << ShortBits];

    /// <inheritdoc/>
    public override void Fill(GoHistory history, ZstdBlockDraft draft) => Fill(history, draft, false);

    /// <inheritdoc/>
    public override void FillWhole(GoHistory history, ZstdBlockDraft draft) => Fill(history, draft, true);

    /// <inheritdoc/>
    public override void Rebase(int fallen)
    {
        Rebase(_long, fallen);
        Rebase(_short, fallen);
    }

    private static void Rebase(ulong[] table, int fallen)
    {
        foreach (ref var entry in table.AsSpan())
            entry = (entry & ~(ulong)uint.MaxValue) | (uint)Math.Max(0, (int)(uint)entry - fallen);
    }

    private void Fill(GoHistory history, ZstdBlockDraft draft, bool isWhole)
    {
        if (history.End - history.Start < Shortest)
        {
            draft.AddLiterals(history.Block);
            return;
        }
        ref var content = ref history.First;
        var state = new State { Position = history.Start, Emitted = history.Start };
        while (Find(history, draft, ref state))
        {
            // A stream looks whether offsets may repeat before a match, a whole frame behind it.
            var canRepeat = !isWhole && draft.SequenceCount > ExplicitSequences;
            Emit(history, draft, ref state);
            if (state.Position >= history.End - Margin)
                break;
            var value = Remember(history, state);
            canRepeat |= isWhole && draft.SequenceCount > ExplicitSequences;
            if (canRepeat && !EmitRepeats(history, draft, ref state, isWhole ? value : null))
                break;
        }
        draft.AddLiterals(ref Unsafe.Add(ref content, state.Emitted), history.End - state.Emitted,
            history.End - state.Emitted);
    }

    /// <summary>Finds the next match that is not at the last offset; those that are it takes on the way.</summary>
    private bool Find(GoHistory history, ZstdBlockDraft draft, ref State state)
    {
        ref var content = ref history.First;
        ref var longTable = ref MemoryMarshal.GetArrayDataReference(_long);
        ref var shortTable = ref MemoryMarshal.GetArrayDataReference(_short);
        var (origin, window, limit) = (history.Base, history.Window, history.End - Margin);
        var (position, emitted, offset) = (state.Position, state.Emitted, state.Offset);
        var canRepeat = draft.SequenceCount > ExplicitSequences;
        while (position < limit)
        {
            var eight = ContentReads.Eight(ref content, position);
            ref var longEntry = ref Unsafe.Add(ref longTable, ContentHashes.OfEight(eight, LongBits));
            ref var shortEntry = ref Unsafe.Add(ref shortTable, ContentHashes.OfFive(eight, ShortBits));
            var (longFound, shortFound) = (longEntry, shortEntry);
            longEntry = shortEntry = Entry(position + origin, eight);
            if (canRepeat && ContentReads.Four(ref content, position + 1 - offset) == (uint)(eight >> 8))
            {
                position = EmitRepeat(history, draft, position, emitted, offset);
                emitted = position;
                continue;
            }
            var candidate = (int)(uint)longFound - origin;
            if ((uint)(longFound >> 32) == (uint)eight && position - candidate < window)
            {
                (state.Position, state.Emitted, state.Candidate) = (position, emitted, candidate);
                return true;
            }
            candidate = (int)(uint)shortFound - origin;
            if ((uint)(shortFound >> 32) == (uint)eight && position - candidate < window)
            {
                var next = ContentReads.Eight(ref content, position + 1);
                longEntry = ref Unsafe.Add(ref longTable, ContentHashes.OfEight(next, LongBits));
                longFound = longEntry;
                longEntry = Entry(position + 1 + origin, next);
                var longCandidate = (int)(uint)longFound - origin;
                if ((uint)(longFound >> 32) == (uint)next && position + 1 - longCandidate < window)
                    (position, candidate) = (position + 1, longCandidate);
                (state.Position, state.Emitted, state.Candidate) = (position, emitted, candidate);
                return true;
            }
            position += 1 + ((position - emitted) >> SkipShift);
        }
        (state.Position, state.Emitted) = (position, emitted);
        return false;
    }

    /// <summary>Takes a match at the last offset that begins behind a position.</summary>
    /// <returns>Where it ends.</returns>
    private static int EmitRepeat(GoHistory history, ZstdBlockDraft draft, int position, int emitted, int offset)
    {
        ref var content = ref history.First;
        var start = position + 1;
        var end = start + 4 + ContentReads.SameLength(ref content, start + 4 - offset, start + 4, history.End);

        // One literal stays, since without any the code would mean another offset.
        var least = Math.Max(emitted + 1, Math.Max(position - history.Window, 0) + offset);
        while (start > least && ContentReads.SameByte(ref content, start - 1 - offset, start - 1))
            start--;
        var literals = start - emitted;
        draft.AddLiterals(ref Unsafe.Add(ref content, emitted), literals, history.End - emitted);
        draft.Add(literals, end - start, 1);
        return end;
    }

    /// <summary>Takes the match that was found, with the bytes before it.</summary>
    private static void Emit(GoHistory history, ZstdBlockDraft draft, ref State state)
    {
        ref var content = ref history.First;
        var (start, candidate, emitted) = (state.Position, state.Candidate, state.Emitted);
        var offset = start - candidate;
        var end = start + 4 + ContentReads.SameLength(ref content, candidate + 4, start + 4, history.End);
        var least = Math.Max(emitted, Math.Max(start - history.Window, 0) + offset);
        while (start > least && ContentReads.SameByte(ref content, start - 1 - offset, start - 1))
            start--;
        draft.AddLiterals(ref Unsafe.Add(ref content, emitted), start - emitted, history.End - emitted);
        draft.Add(start - emitted, end - start, (uint)offset + 3);
        state.Offset2 = state.Offset;
        (state.Offset, state.Position, state.Emitted, state.Length) = (offset, end, end, end - start);
    }

    /// <summary>Remembers two positions at either end of a match.</summary>
    /// <returns>Seven bytes from the last of them on.</returns>
    private ulong Remember(GoHistory history, in State state)
    {
        ref var content = ref history.First;
        var first = state.Position - state.Length + 1;
        var last = state.Position - 2;
        var firstValue = ContentReads.Eight(ref content, first);
        var lastValue = ContentReads.Eight(ref content, last);
        var origin = history.Base;
        _long[ContentHashes.OfEight(firstValue, LongBits)] = Entry(first + origin, firstValue);
        _long[ContentHashes.OfEight(lastValue, LongBits)] = Entry(last + origin, lastValue);
        firstValue >>= 8;
        lastValue >>= 8;
        _short[ContentHashes.OfFive(firstValue, ShortBits)] = Entry(first + 1 + origin, firstValue);
        _short[ContentHashes.OfFive(lastValue, ShortBits)] = Entry(last + 1 + origin, lastValue);
        return lastValue;
    }

    /// <summary>Takes matches at the offset before the last as long as they follow at once.</summary>
    /// <param name="history">The content.</param>
    /// <param name="draft">Takes them.</param>
    /// <param name="state">Where the search is.</param>
    /// <param name="remembered">Whole frames remember by the bytes of the match before, not by those here.</param>
    /// <returns>False where the block is done.</returns>
    private bool EmitRepeats(GoHistory history, ZstdBlockDraft draft, ref State state, ulong? remembered)
    {
        ref var content = ref history.First;
        var (position, offset, other) = (state.Position, state.Offset, state.Offset2);
        var limit = history.End - Margin;
        while (position < limit)
        {
            var eight = ContentReads.Eight(ref content, position);
            if (ContentReads.Four(ref content, position - other) != (uint)eight)
                break;
            var entry = Entry(position + history.Base, eight);
            _long[ContentHashes.OfEight(eight, LongBits)] = entry;
            _short[ContentHashes.OfFive(remembered is { } value ? value >> 8 : eight, ShortBits)] = entry;
            var end = position + 4
                + ContentReads.SameLength(ref content, position + 4 - other, position + 4, history.End);
            draft.Add(0, end - position, 1);
            (offset, other) = (other, offset);
            position = end;
        }
        (state.Position, state.Emitted) = (position, position);
        (state.Offset, state.Offset2) = (offset, other);
        return position < limit;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Entry(int position, ulong eight) => (eight << 32) | (uint)position;

    /// <summary>Where the search is.</summary>
    private struct State
    {
        public int Position;

        /// <summary>What is before this is in the draft.</summary>
        public int Emitted;

        /// <summary>The last offset.</summary>
        public int Offset;

        /// <summary>The offset before.</summary>
        public int Offset2;

        /// <summary>What the match at the position repeats.</summary>
        public int Candidate;

        /// <summary>The length of the match that ends at the position.</summary>
        public int Length;
    }
}
