using Diffah.Engine.Deltas.Codecs.Content.Matching;

namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>Finds which old slot each slot of a new offset table is, and codes its relocations so.</summary>
internal sealed class SlotEncoder
{
    private const int MostAlike = 64;
    private const long FarthestMove = 0x10_0000;

    private readonly CodedSlots _coded;
    private readonly SlotVotes _votes;

    // The first old slot with a target, and for each the next with the same.
    private readonly Dictionary<long, int> _first = [];
    private readonly int[] _following;
    private readonly bool[] _isWanted;

    private SlotEncoder(CodedSlots coded, SlotVotes votes, ReadOnlySpan<byte> records)
    {
        (_coded, _votes) = (coded, votes);
        _following = new int[coded.Targets.Length];
        _isWanted = new bool[coded.Targets.Length];
        for (var slot = coded.Targets.Length - 1; slot >= 0; slot--)
        {
            _following[slot] = _first.GetValueOrDefault(coded.Targets[slot], CodedSlots.NoSlot);
            _first[coded.Targets[slot]] = slot;
        }
        for (; records.Length >= Relocation.Length; records = records[Relocation.Length..])
        {
            if (FindVoted(records) is >= 0 and var slot)
                _isWanted[slot] = true;
        }
    }

    /// <summary>Codes the relocations of the new offset table.</summary>
    /// <param name="layout">The layout; its slots are coded.</param>
    /// <param name="old">The old file.</param>
    /// <param name="new">The new file.</param>
    /// <param name="ops">What is copied.</param>
    /// <param name="fields">The fields of the old file.</param>
    /// <param name="target">The new file; takes its relocations as they are coded, or undefined ones.</param>
    /// <returns>False where an address is too far from all others.</returns>
    public static bool TryEncode(
        ExecutableLayout layout, ReadOnlySpan<byte> old, ReadOnlySpan<byte> @new, IReadOnlyList<PatchOp> ops,
        OldFields fields, Span<byte> target)
    {
        var (start, length) = (layout.NewRelocations.Start, layout.NewRelocations.Length);
        var records = target.Slice(start, length);
        @new.Slice(start, length).CopyTo(records);
        var coded = CodedSlots.Create(layout, old, ops, @new.Length);
        var encoder = new SlotEncoder(coded, SlotVotes.Count(layout, old, @new, ops, fields), records);
        for (; records.Length >= Relocation.Length; records = records[Relocation.Length..])
        {
            if (!coded.TryEncode(records, encoder.Find(records)))
                return false;
        }
        return true;
    }

    private int Find(ReadOnlySpan<byte> record)
    {
        if (_coded.NewSlotOf(record) < 0)
            return CodedSlots.NoSlot;
        return FindVoted(record) is >= 0 and var voted && !_coded.Order.IsUsed(voted) ? voted
            : FindSame(Relocation.AddendOf(record));
    }

    /// <summary>The old slot that code says it was, if it has about the same target.</summary>
    private int FindVoted(ReadOnlySpan<byte> record)
    {
        var newSlot = _coded.NewSlotOf(record);
        var old = newSlot < 0 ? CodedSlots.NoSlot : _coded.Slots.BinarySearch(_votes.OldOf(newSlot));
        return old >= 0 && Math.Abs(_coded.Targets[old] - Relocation.AddendOf(record)) <= FarthestMove
            ? old : CodedSlots.NoSlot;
    }

    /// <summary>The next unused slot with a target, or the first of all.</summary>
    private int FindSame(long addend)
    {
        if (!_first.TryGetValue(addend, out var slot))
            return CodedSlots.NoSlot;
        while (slot >= 0 && _coded.Order.IsUsed(slot))
            slot = _following[slot];
        _first[addend] = slot;
        for (var (other, count) = (slot, 0); other >= 0 && count < MostAlike; other = _following[other], count++)
        {
            if (other >= _coded.Order.Next && !_isWanted[other] && !_coded.Order.IsUsed(other))
                return other;
        }
        return slot;
    }
}
