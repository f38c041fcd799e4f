using Diffah.Engine.Compression;

namespace Diffah.Engine.Deltas.Codecs.Content.Nested;

/// <summary>
/// How a file is put together of its parts. It says only what the first part does not: where the data of an archive's
/// entries was, and how long it is, stands in the archive's own directory.
/// </summary>
internal abstract class NestedLayout
{
    /// <summary>Layouts are told apart by the lowest bit of their first byte.</summary>
    protected const byte ZipBit = 1;

    /// <summary>The bytes of the first part.</summary>
    public abstract int FirstLength { get; }

    /// <summary>The bytes of the file that are in the first part although they are compressed, since nobody knows how
    /// to make them: the first part is better compared with another file than with that one's skeleton.</summary>
    public virtual int ClosedBytes => 0;

    /// <summary>Reads a layout; every field is checked.</summary>
    /// <param name="input">Where it is.</param>
    /// <param name="fileLength">The bytes of the file.</param>
    /// <param name="guess">What the length of the first part is near to: the same as for writing.</param>
    /// <exception cref="Compression.RecipeRefusedException">It is none.</exception>
    public static NestedLayout Read(ref ByteCursor input, int fileLength, int guess)
    {
        var first = input.Take();
        return (first & ZipBit) == 0
            ? GzipLayout.Read(first, ref input, fileLength, guess)
            : ZipLayout.Read(first, ref input, fileLength, guess);
    }

    /// <summary>Writes the layout.</summary>
    public abstract void Write(ByteList output, int guess);

    /// <summary>Finds what else is needed, now that the first part is there.</summary>
    /// <param name="first">The first part; kept.</param>
    /// <exception cref="Compression.RecipeRefusedException">The two do not go together.</exception>
    public abstract NestedPlan Plan(ReadOnlyMemory<byte> first);

    protected static void WriteLength(ByteList output, int length, int guess)
    {
        var difference = length - guess;
        output.AddNumber((uint)((difference << 1) ^ (difference >> 31)));
    }

    protected static int ReadLength(ref ByteCursor input, int guess, int most)
    {
        var value = (uint)input.TakeNumber(uint.MaxValue);
        var length = guess + (long)((int)(value >> 1) ^ -(int)(value & 1));
        return length >= 0 && length <= most ? (int)length : throw ByteCursor.Invalid("has a part out of its bounds");
    }
}
