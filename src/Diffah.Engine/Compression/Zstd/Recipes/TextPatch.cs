namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>
/// Makes a text of a similar one: numbers, again and again, of bytes that are the same, of bytes that are left out, and
/// of bytes that come in their place, which follow. What is left over at the end is the same.
/// </summary>
internal static class TextPatch
{
    private const int Anchor = 16;
    private const int Reach = 1 << 14;

    /// <summary>Tells what differs.</summary>
    /// <param name="expected">The similar text.</param>
    /// <param name="text">The text.</param>
    public static byte[] Make(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> text)
    {
        var output = new ByteList();
        while (true)
        {
            var same = expected.CommonPrefixLength(text);
            expected = expected[same..];
            text = text[same..];
            if (expected.IsEmpty && text.IsEmpty)
                return output.Written.ToArray();
            var (left, come) = Meet(expected, text);
            output.AddNumber((ulong)same);
            output.AddNumber((ulong)left);
            output.AddNumber((ulong)come);
            output.Add(text[..come]);
            expected = expected[left..];
            text = text[come..];
        }
    }

    /// <summary>Makes the text.</summary>
    /// <param name="expected">The similar text.</param>
    /// <param name="patch">What differs.</param>
    /// <param name="most">Bytes of the text at most.</param>
    /// <exception cref="RecipeRefusedException">The patch is not of this text.</exception>
    public static ReadOnlyMemory<byte> Apply(ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> patch, int most)
    {
        var output = new ByteList();
        var (input, from) = (new ByteCursor(patch), new ByteCursor(expected));
        while (input.Left > 0)
        {
            output.Add(from.Take(input.TakeNumber(from.Left)).Span);
            from.Take(input.TakeNumber(from.Left));
            output.Add(input.Take(input.TakeNumber(input.Left)).Span);
        }
        output.Add(from.Take(from.Left).Span);
        return output.Count <= most ? output.Written : throw ByteCursor.Invalid("has too long a list");
    }

    /// <summary>Where the texts are the same again, at the least distance that is found.</summary>
    private static (int Left, int Come) Meet(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> text)
    {
        var near = expected[..Math.Min(expected.Length, Reach)];
        for (var come = 0; come + Anchor <= text.Length && come < Reach; come++)
        {
            var left = near.IndexOf(text.Slice(come, Anchor));
            if (left >= 0)
                return (left, come);
        }
        return (expected.Length, text.Length);
    }
}
