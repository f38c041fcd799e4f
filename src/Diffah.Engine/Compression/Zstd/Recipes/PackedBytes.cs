using System.Buffers;
using Diffah.Libraries.Zstd;

namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>Bytes of a recipe, compressed.</summary>
internal static class PackedBytes
{
    private const int Level = 19;
    private const int Piece = 64 * 1024;

    /// <summary>A zstd frame of them.</summary>
    public static byte[] Pack(ReadOnlySpan<byte> bytes)
    {
        using var encoder = new ZstdEncoder(Level, null, false, bytes.Length);
        var output = new ArrayBufferWriter<byte>();
        while (true)
        {
            var step = encoder.Step(bytes, output.GetSpan(Piece), end: true);
            output.Advance(step.Produced);
            bytes = bytes[step.Consumed..];
            if (step.IsComplete)
                return output.WrittenSpan.ToArray();
        }
    }

    /// <summary>The bytes that a frame was made of.</summary>
    /// <param name="packed">The frame, and nothing else.</param>
    /// <param name="length">Bytes that it must give.</param>
    /// <exception cref="RecipeRefusedException">It gives something else.</exception>
    public static byte[] Unpack(ReadOnlyMemory<byte> packed, int length)
    {
        try
        {
            using var decoder = new ZstdDecoder(RecipeBounds.WindowLog);
            // Memory is taken as content comes: the length that is said may be a lie.
            var output = new ArrayBufferWriter<byte>(Math.Min(length, Piece) + 1);
            var input = packed.Span;
            while (true)
            {
                var room = output.GetSpan(Math.Min(Piece, length + 1 - output.WrittenCount));
                var step = decoder.Step(input, room);
                output.Advance(step.Produced);
                input = input[step.Consumed..];
                if (output.WrittenCount > length)
                    break;
                if (step.IsComplete)
                    return input.IsEmpty && output.WrittenCount == length ? output.WrittenSpan.ToArray()
                        : throw ByteCursor.Invalid("has a packed piece of another length");
                if (step is { Consumed: 0, Produced: 0 })
                    break;
            }
            throw ByteCursor.Invalid("has a packed piece of another length");
        }
        catch (ZstdFaultException e)
        {
            throw ByteCursor.Invalid($"can't be decoded: {e.Message}");
        }
    }
}
