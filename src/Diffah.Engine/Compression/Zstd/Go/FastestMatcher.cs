using System.Runtime.CompilerServices;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>
/// The level Fastest: one position for each hash of six bytes, two positions looked at and at least one left out, the
/// first match taken.
/// </summary>
internal sealed class FastestMatcher : GoMatcher
{
    private const int HashBits = 15;
    private const int Margin = 8;
    private const int Shortest = Margin + 2;

    // How slowly steps grow while nothing is found: by one for each 2^5 bytes.
    private const int StepBits = 5;

    private readonly PlaceTable _places = new(HashBits);

    public override void Fill(GoHistory history, ZstdBlockDraft draft) => Fill(history, draft, explicitFirst: 3);

    /// <summary>A block on its own may repeat the offset before the last one match earlier.</summary>
    public override void FillWhole(GoHistory history, ZstdBlockDraft draft) => Fill(history, draft, explicitFirst: 2);

    public override void Rebase(int fallen) => _places.Rebase(fallen);

    private void Fill(GoHistory history, ZstdBlockDraft draft, int explicitFirst)
    {
        var emitted = history.Block.Length < Shortest ? history.Start : Search(history, draft, explicitFirst);
        draft.AddLiterals(history.Block[(emitted - history.Start)..]);
    }

    private int Search(GoHistory history, ZstdBlockDraft draft, int explicitFirst)
    {
        ref var content = ref history.First;
        ref var places = ref _places.First;
        var (shift, end, window) = (history.Base, history.End, history.Window);
        var sequences = new SequenceDraft(history, draft);
        var limit = end - Margin;
        var place = history.Start;
        var (last, before) = (0, 0);
        while (place < limit)
        {
            var count = sequences.Count;
            var eight = ContentReads.Eight(ref content, place);
            ref var entry = ref Unsafe.Add(ref places, Hash(eight));
            ref var nextEntry = ref Unsafe.Add(ref places, Hash(eight >> 8));
            var (known, knownNext) = (entry, nextEntry);
            entry = PlaceTable.Entry(place + shift, eight);
            nextEntry = PlaceTable.Entry(place + 1 + shift, eight >> 8);
            if (count > 2 && ContentReads.Four(ref content, place + 2 - last) == (uint)(eight >> 16))
            {
                var again = place + 2;
                var start = sequences.StartOf(again, last, sequences.Emitted + 1, place);
                place = again + 4 + ContentReads.SameLength(ref content, again + 4 - last, again + 4, end);
                sequences.Add(start, place, 1);
                continue;
            }
            if (PlaceTable.Matches(known, eight, place + shift, window))
            {
                (before, last) = (last, place + shift - PlaceTable.Position(known));
            }
            else if (PlaceTable.Matches(knownNext, eight >> 8, place + 1 + shift, window))
            {
                place++;
                (before, last) = (last, place + shift - PlaceTable.Position(knownNext));
            }
            else
            {
                place += 2 + ((place - sequences.Emitted) >> StepBits);
                continue;
            }
            var matched = place + 4 + ContentReads.SameLength(ref content, place + 4 - last, place + 4, end);
            sequences.Add(sequences.StartOf(place, last, sequences.Emitted, place), matched, (uint)last + 3);
            place = matched;
            if (count < explicitFirst || place >= limit)
                continue;
            eight = ContentReads.Eight(ref content, place);
            if (ContentReads.Four(ref content, place - before) != (uint)eight)
                continue;
            Unsafe.Add(ref places, Hash(eight)) = PlaceTable.Entry(place + shift, eight);
            place += 4 + ContentReads.SameLength(ref content, place + 4 - before, place + 4, end);
            sequences.Add(matched, place, 1);
            (last, before) = (before, last);
        }
        return sequences.Emitted;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Hash(ulong eight) => ContentHashes.OfSix(eight, HashBits);
}
