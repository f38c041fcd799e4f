namespace Diffah.Tests.Support.SecondReader;

/// <summary>A number in a block that a layout predicted.</summary>
internal readonly record struct PredictedField(int At, int Width);

/// <summary>Corrections of a class: of bytes, and of fields (content-patch.md, "Operations").</summary>
internal sealed class CorrectionReader(PatchStreams streams, int number)
{
    private readonly Gaps _bytes = new(streams[5, number]);
    private readonly Gaps _fields = new(streams[13, number]);

    /// <summary>Puts a block of predicted bytes right.</summary>
    public void Correct(byte[] block, IEnumerable<PredictedField> predicted)
    {
        var inField = new bool[block.Length];
        foreach (var field in predicted.OrderBy(f => f.At))
        {
            if (field.At < 0 || field.At + field.Width > block.Length || inField[field.At])
                continue;
            inField.AsSpan(field.At, field.Width).Fill(true);
            if (_fields.IsWrong())
                Add(block.AsSpan(field.At, field.Width), streams[14, number].Signed());
        }
        for (var at = 0; at < block.Length; at++)
        {
            if (!inField[at] && _bytes.IsWrong())
                block[at] += streams[6, number].Byte();
        }
    }

    public static void Add(Span<byte> field, long difference)
    {
        var value = PatchCursor.Little(field) + (ulong)difference;
        for (var i = 0; i < field.Length; i++)
            field[i] = (byte)(value >> (8 * i));
    }

    /// <summary>How many are right up to each that is wrong.</summary>
    private sealed class Gaps(PatchCursor numbers)
    {
        private ulong? _left;

        public bool IsWrong()
        {
            _left ??= numbers.Left > 0 ? numbers.Number() : ulong.MaxValue;
            if (_left == ulong.MaxValue)
                return false;
            if (_left > 0)
            {
                _left--;
                return false;
            }
            _left = null;
            return true;
        }
    }
}
