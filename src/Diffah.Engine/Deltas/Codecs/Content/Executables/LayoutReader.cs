namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>Reads the numbers of a layout, and trusts none of them.</summary>
internal ref struct LayoutReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position { get; private set; }

    public byte Take() => Position < _bytes.Length ? _bytes[Position++] : throw Invalid("is cut short");

    public int TakeCount(int most)
    {
        var count = Take();
        return count <= most ? count : throw Invalid("has too many parts");
    }

    /// <summary>A number that may not be greater than said.</summary>
    public long TakeNumber(long most)
    {
        var value = TakeAny();
        return most >= 0 && value <= (ulong)most ? (long)value : throw Invalid("has a number out of its bounds");
    }

    /// <summary>A number from 0 to <paramref name="most"/>, said by how it differs from another.</summary>
    public long TakeDifference(long from, long most)
    {
        var coded = TakeAny();
        var value = from + ((long)(coded >> 1) ^ -(long)(coded & 1));
        return value >= 0 && value <= most ? value : throw Invalid("has a number out of its bounds");
    }

    /// <summary>A piece of a file, with at least one byte.</summary>
    public FileSpan TakeSpan(int fileLength)
    {
        var start = (int)TakeNumber(fileLength);
        var length = (int)TakeNumber(fileLength - start);
        return length > 0 ? new(start, length) : throw Invalid("has a piece without bytes");
    }

    public static InvalidDataException Invalid(string what) => new($"The layout of an executable {what}.");

    private ulong TakeAny()
    {
        var value = 0UL;
        for (var shift = 0; shift < 63; shift += 7)
        {
            var next = Take();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
        throw Invalid("has a number out of its bounds");
    }
}
