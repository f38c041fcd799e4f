using System.Buffers.Binary;

namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>A block that is predicted: a piece of the old file, and the bytes that it becomes.</summary>
/// <param name="old">The old file.</param>
/// <param name="position">Where the block begins in it.</param>
/// <param name="shift">How much further the block begins in the new file.</param>
/// <param name="predicted">The predicted bytes.</param>
/// <param name="fields">Takes, at the first byte of each field that is whole in the block, the field's width.</param>
/// <param name="carry">Takes those of a field at the end that stand in the next block.</param>
internal ref struct FieldBlock(
    ReadOnlySpan<byte> old, int position, int shift, Span<byte> predicted, Span<byte> fields, Span<byte> carry)
{
    private readonly Span<byte> _predicted = predicted;
    private readonly Span<byte> _fields = fields;
    private readonly Span<byte> _carry = carry;

    public readonly ReadOnlySpan<byte> Old { get; } = old;

    public readonly int Position { get; } = position;

    public readonly int End => Position + _predicted.Length;

    /// <summary>How many bytes stand in the next block.</summary>
    public int CarryCount { get; private set; }

    /// <summary>The place in the new file of a place in the block.</summary>
    public readonly int NewOf(int place) => place + shift;

    public readonly int ReadInt32(int place) => BinaryPrimitives.ReadInt32LittleEndian(Old[place..]);

    public readonly uint ReadUInt32(int place) => BinaryPrimitives.ReadUInt32LittleEndian(Old[place..]);

    public readonly long ReadInt64(int place) => BinaryPrimitives.ReadInt64LittleEndian(Old[place..]);

    public void PutUInt32(int place, uint value)
    {
        var at = place - Position;
        if (at <= _predicted.Length - sizeof(uint))
        {
            BinaryPrimitives.WriteUInt32LittleEndian(_predicted[at..], value);
            _fields[at] = sizeof(uint);
        }
        else
            PutBytes(at, sizeof(uint), value);
    }

    public void PutUInt64(int place, ulong value)
    {
        var at = place - Position;
        if (at <= _predicted.Length - sizeof(ulong))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(_predicted[at..], value);
            _fields[at] = sizeof(ulong);
        }
        else
            PutBytes(at, sizeof(ulong), value);
    }

    private void PutBytes(int at, int width, ulong value)
    {
        for (var index = 0; index < width; index++, value >>= 8)
        {
            var distance = at + index - _predicted.Length;
            if (distance < 0)
                _predicted[at + index] = (byte)value;
            else
                _carry[distance] = (byte)value;
        }
        CarryCount = Math.Max(CarryCount, at + width - _predicted.Length);
    }
}
