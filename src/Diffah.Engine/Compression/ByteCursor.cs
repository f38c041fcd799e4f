namespace Diffah.Engine.Compression;

/// <summary>Reads a recipe's bytes, as a <see cref="ByteList"/> wrote them, and trusts nothing of them.</summary>
/// <param name="bytes">The bytes; they are not copied.</param>
/// <param name="position">Where in them to begin.</param>
internal struct ByteCursor(ReadOnlyMemory<byte> bytes, int position = 0)
{
    private readonly ReadOnlyMemory<byte> _bytes = bytes;

    public int Position { get; private set; } = position;

    public readonly int Left => _bytes.Length - Position;

    public byte Take() => Left > 0 ? _bytes.Span[Position++] : throw Invalid("is cut short");

    public ReadOnlyMemory<byte> Take(long count)
    {
        if (count < 0 || count > Left)
            throw Invalid("is cut short");
        var taken = _bytes.Slice(Position, (int)count);
        Position += (int)count;
        return taken;
    }

    /// <summary>Looks at bytes without taking them.</summary>
    public readonly ReadOnlySpan<byte> Peek(int count) =>
        count <= Left ? _bytes.Span.Slice(Position, count) : throw Invalid("is cut short");

    /// <summary>A number that may not be greater than said.</summary>
    public long TakeNumber(long most)
    {
        var value = 0UL;
        for (var shift = 0; shift < 63; shift += 7)
        {
            var next = Take();
            value |= (ulong)(next & 0x7F) << shift;
            if (next >= 0x80)
                continue;
            return most >= 0 && value <= (ulong)most
                ? (long)value
                : throw Invalid("has a number out of its bounds");
        }
        throw Invalid("has a number out of its bounds");
    }

    /// <summary>The refusal of a recipe whose bytes can't be right.</summary>
    /// <param name="what">What the recipe does that none may, as "is cut short".</param>
    public static RecipeRefusedException Invalid(string what) =>
        new(RecipeRefusal.RecipeInvalid, $"The recipe of a compressed stream {what}.");
}
