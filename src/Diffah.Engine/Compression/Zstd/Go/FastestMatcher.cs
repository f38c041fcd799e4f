using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>
/// The level Fastest: one position for each hash of six bytes, every second position looked at, the first match taken.
/// </summary>
internal sealed class FastestMatcher : GoMatcher
{
    private const int HashBits = 15;
    private const int Margin = 8;
    private const int Shortest = Margin + 2;
    private const int StepBits = 5;
    private const int LongestMatch = 131074;

    // A position in the upper half, the four bytes there in the lower.
    private readonly ulong[] _places = new ulong[1 << HashBits];

    public override void Fill(GoHistory history, ZstdBlockDraft draft) => Fill(history, draft, explicitFirst: 3);

    /// <summary>A block on its own may repeat the offset before the last one match earlier.</summary>
    public override void FillWhole(GoHistory history, ZstdBlockDraft draft) => Fill(history, draft, explicitFirst: 2);

    public override void Rebase(int fallen)
    {
        foreach (ref var entry in _places.AsSpan())
        {
            var position = Math.Max(0, (int)(entry >> 32) - fallen);
            entry = (ulong)(uint)position << 32 | (uint)entry;
        }
    }

    private void Fill(GoHistory history, ZstdBlockDraft draft, int explicitFirst)
    {
        var emitted = history.Block.Length < Shortest ? history.Start : Search(history, draft, explicitFirst);
        draft.AddLiterals(history.Block[(emitted - history.Start)..]);
    }

    private int Search(GoHistory history, ZstdBlockDraft draft, int explicitFirst)
    {
        ref var content = ref history.First;
        ref var places = ref MemoryMarshal.GetArrayDataReference(_places);
        var (shift, end, window) = (history.Base, history.End, history.Window);
        var limit = end - Margin;
        var place = history.Start;
        var emitted = place;
        var (last, before) = (0, 0);
        while (place < limit)
        {
            var sequences = draft.SequenceCount;
            var eight = ContentReads.Eight(ref content, place);
            ref var entry = ref Unsafe.Add(ref places, Hash(eight));
            ref var nextEntry = ref Unsafe.Add(ref places, Hash(eight >> 8));
            var (known, knownNext) = (entry, nextEntry);
            entry = Entry(place + shift, eight);
            nextEntry = Entry(place + 1 + shift, eight >> 8);
            if (sequences > 2 && ContentReads.Four(ref content, place + 2 - last) == (uint)(eight >> 16))
            {
                place = EmitRepeat(ref content, draft, place, last, emitted, window, end);
                emitted = place;
                continue;
            }
            int source;
            if (Reaches(known, eight, place + shift, window))
            {
                source = Position(known) - shift;
            }
            else if (Reaches(knownNext, eight >> 8, place + 1 + shift, window))
            {
                source = Position(knownNext) - shift;
                place++;
            }
            else
            {
                place += 2 + ((place - emitted) >> StepBits);
                continue;
            }
            (before, last) = (last, place - source);
            var matched = place + 4 + ContentReads.SameLength(ref content, source + 4, place + 4, end);
            place -= Backward(ref content, place, last, emitted, window, matched - place);
            draft.AddLiterals(ref Unsafe.Add(ref content, emitted), place - emitted, end - emitted);
            draft.Add(place - emitted, matched - place, (uint)last + 3);
            place = emitted = matched;
            if (sequences < explicitFirst || place >= limit)
                continue;
            eight = ContentReads.Eight(ref content, place);
            if (ContentReads.Four(ref content, place - before) != (uint)eight)
                continue;
            Unsafe.Add(ref places, Hash(eight)) = Entry(place + shift, eight);
            var length = 4 + ContentReads.SameLength(ref content, place + 4 - before, place + 4, end);
            draft.Add(0, length, 1);
            (last, before) = (before, last);
            place = emitted = place + length;
        }
        return emitted;
    }

    /// <summary>Writes a match with the last offset that begins two bytes on, or one, never without a literal.</summary>
    private static int EmitRepeat(
        ref byte content, ZstdBlockDraft draft, int place, int offset, int emitted, int window, int end)
    {
        var start = place + 2;
        var matched = start + 4 + ContentReads.SameLength(ref content, start + 4 - offset, start + 4, end);
        var least = Math.Max(place - window, 0);
        while (start - offset > least && start > emitted + 1 && matched - start < LongestMatch
            && ContentReads.SameByte(ref content, start - 1 - offset, start - 1))
        {
            start--;
        }
        draft.AddLiterals(ref Unsafe.Add(ref content, emitted), start - emitted, end - emitted);
        draft.Add(start - emitted, matched - start, 1);
        return matched;
    }

    /// <summary>How many bytes before a match are the same too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Backward(ref byte content, int place, int offset, int emitted, int window, int length)
    {
        var least = Math.Max(Math.Max(place - window, 0) + offset, emitted);
        least = Math.Max(least, place - Math.Max(0, LongestMatch - length));
        var start = place;
        while (start > least && ContentReads.SameByte(ref content, start - 1 - offset, start - 1))
            start--;
        return place - start;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Hash(ulong eight) => ContentHashes.OfSix(eight, HashBits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Entry(int position, ulong eight) => (ulong)(uint)position << 32 | (uint)eight;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Position(ulong entry) => (int)(entry >> 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Reaches(ulong entry, ulong eight, int place, int window) =>
        (uint)entry == (uint)eight && place - Position(entry) < window;
}
