using System.Runtime.CompilerServices;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>Adds matches to the draft of a history's block, and with them the literals before them.</summary>
internal ref struct SequenceDraft
{
    private readonly ref byte _content;
    private readonly ZstdBlockDraft _draft;
    private readonly int _end;
    private readonly int _window;

    public SequenceDraft(GoHistory history, ZstdBlockDraft draft)
    {
        _content = ref history.First;
        _draft = draft;
        (Emitted, _end, _window) = (history.Start, history.End, history.Window);
    }

    /// <summary>Up to where the content is in sequences.</summary>
    public int Emitted { get; private set; }

    /// <summary>How many sequences there are.</summary>
    public readonly int Count => _draft.SequenceCount;

    /// <summary>Adds a match.</summary>
    /// <param name="start">Where it begins.</param>
    /// <param name="matched">Where it ends.</param>
    /// <param name="offsetValue">As in <see cref="ZstdSequence"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int start, int matched, uint offsetValue)
    {
        var literals = start - Emitted;
        if (literals != 0)
            _draft.AddLiterals(ref Unsafe.Add(ref _content, Emitted), literals, _end - Emitted);
        _draft.Add(literals, matched - start, offsetValue);
        Emitted = matched;
    }

    /// <summary>Where a match begins that also takes equal bytes before it.</summary>
    /// <param name="place">Where it begins else.</param>
    /// <param name="offset">From how far back it copies.</param>
    /// <param name="least">The first position that it may take.</param>
    /// <param name="searched">The position whose window may not be left.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly int StartOf(int place, int offset, int least, int searched)
    {
        least = Math.Max(least, Math.Max(searched - _window, 0) + offset);
        while (place > least && ContentReads.SameByte(ref _content, place - 1 - offset, place - 1))
            place--;
        return place;
    }
}
