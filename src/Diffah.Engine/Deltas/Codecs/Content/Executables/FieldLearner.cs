using System.Buffers.Binary;

namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>
/// Looks what became of predicted fields. What they say is heeded from the next multiple of 256 on, whatever the blocks
/// are, so that both sides heed the same.
/// </summary>
internal sealed class FieldLearner(AddressMap map, SegmentTable segments)
{
    public const int WindowLength = 256;

    private const int RingLength = 2 * WindowLength;
    private const int LongestField = 8;

    private readonly byte[] _ring = new byte[RingLength];
    private readonly byte[] _field = new byte[LongestField];
    private readonly List<Pending> _pending = [];

    /// <summary>How a field says its target.</summary>
    public enum Form : byte
    {
        /// <summary>Eight bytes: an address.</summary>
        Pointer,

        /// <summary>Four bytes: an address.</summary>
        Address,

        /// <summary>Four bytes that count from the field.</summary>
        Relative,

        /// <summary>Four bytes that count from the field's end.</summary>
        Displacement,

        /// <summary>A branch of arm64.</summary>
        Branch,

        /// <summary>An offset of arm64 that counts from a page, which an instruction before it loads.</summary>
        Pair,
    }

    /// <summary>A field at a place of the new file was predicted, of which the old one had this target.</summary>
    public void Expect(int position, Form form, long target) => _pending.Add(new(position, form, target));

    /// <summary>The region ends here: a field that goes on behind it is none.</summary>
    public void Cut(int end)
    {
        while (_pending.Count > 0 && _pending[^1].End > end)
            _pending.RemoveAt(_pending.Count - 1);
    }

    public void Take(int position, ReadOnlySpan<byte> bytes)
    {
        map.Relocations?.Take(position, bytes);
        while (!bytes.IsEmpty)
        {
            var count = Math.Min(bytes.Length, WindowLength - (position & (WindowLength - 1)));
            bytes[..count].CopyTo(_ring.AsSpan(position & (RingLength - 1)));
            position += count;
            bytes = bytes[count..];
            if ((position & (WindowLength - 1)) == 0)
                Learn(position);
        }
    }

    private void Learn(int end)
    {
        map.Relocations?.Show();
        var kept = 0;
        for (var index = 0; index < _pending.Count; index++)
        {
            if (_pending[index].End <= end)
                Learn(_pending[index]);
            else
                _pending[kept++] = _pending[index];
        }
        _pending.RemoveRange(kept, _pending.Count - kept);
    }

    private void Learn(Pending pending)
    {
        for (var index = 0; index < LongestField; index++)
            _field[index] = _ring[(pending.Position + index) & (RingLength - 1)];
        if (pending.Form == Form.Pointer)
        {
            map.Learn(pending.Target, BinaryPrimitives.ReadInt64LittleEndian(_field));
            return;
        }
        var address = segments.AddressOf(pending.Position);
        var value = BinaryPrimitives.ReadInt32LittleEndian(_field);
        if (pending.Form == Form.Address)
            map.Learn(pending.Target, (uint)value);
        else if (pending.Form == Form.Relative)
            map.Learn(pending.Target, address + value);
        else if (pending.Form == Form.Displacement)
            map.Learn(pending.Target, address + sizeof(uint) + value);
        else if (pending.Form == Form.Pair)
            LearnPair(pending, address, (uint)value);
        else if (Arm64Fields.IsBranch((uint)value))
            map.Learn(pending.Target, Arm64Fields.BranchTarget((uint)value, address));
    }

    private void LearnPair(Pending pending, long address, uint instruction)
    {
        const int before = Arm64Fields.Reach * Arm64Fields.Length;
        var shift = Arm64Fields.OffsetShift(instruction);
        if (shift < 0 || pending.Position < before)
            return;
        Span<byte> code = stackalloc byte[before];
        for (var index = 0; index < before; index++)
            code[index] = _ring[(pending.Position - before + index) & (RingLength - 1)];
        var page = Arm64Fields.PageBefore(code, before, address, instruction);
        if (page != Arm64Fields.None)
            map.Learn(pending.Target, Arm64Fields.PairTarget(page, instruction, shift));
    }

    private readonly record struct Pending(int Position, Form Form, long Target)
    {
        public int End => Position + (Form == Form.Pointer ? sizeof(ulong) : sizeof(uint));
    }
}
