using System.Buffers.Binary;

namespace Diffah.Engine.Deltas.Codecs.Content.Files;

/// <summary>A field of four or eight bytes, least significant first, that was predicted as a number.</summary>
internal static class PredictedField
{
    /// <summary>How many bytes come before the next field of a block, and how wide that is; 0 for none.</summary>
    /// <param name="fields">The rest of what <see cref="IPrediction.Predict"/> gave for the block.</param>
    public static (int Bytes, int Width) Next(ReadOnlySpan<byte> fields)
    {
        var bytes = fields.IndexOfAnyExcept((byte)0);
        return bytes < 0 ? (fields.Length, 0) : (bytes, fields[bytes]);
    }

    /// <summary>How much greater a field is than it was predicted.</summary>
    public static long Difference(ReadOnlySpan<byte> predicted, ReadOnlySpan<byte> actual) =>
        predicted.Length == sizeof(uint)
            ? unchecked(BinaryPrimitives.ReadInt32LittleEndian(actual)
                - BinaryPrimitives.ReadInt32LittleEndian(predicted))
            : unchecked(BinaryPrimitives.ReadInt64LittleEndian(actual)
                - BinaryPrimitives.ReadInt64LittleEndian(predicted));

    /// <summary>Makes a predicted field greater; what goes over its width is lost.</summary>
    public static void Add(Span<byte> field, long difference)
    {
        if (field.Length == sizeof(uint))
            BinaryPrimitives.WriteUInt32LittleEndian(
                field, unchecked(BinaryPrimitives.ReadUInt32LittleEndian(field) + (uint)difference));
        else
            BinaryPrimitives.WriteInt64LittleEndian(
                field, unchecked(BinaryPrimitives.ReadInt64LittleEndian(field) + difference));
    }
}
