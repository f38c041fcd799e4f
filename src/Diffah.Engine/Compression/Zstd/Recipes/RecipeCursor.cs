namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>Reads a recipe's bytes, and trusts nothing of them.</summary>
internal struct RecipeCursor(ReadOnlyMemory<byte> bytes)
{
    private readonly ReadOnlyMemory<byte> _bytes = bytes;
    private int _position;

    public readonly int Left => _bytes.Length - _position;

    public byte Take() => Left > 0 ? _bytes.Span[_position++] : throw Invalid("is cut short");

    public ReadOnlyMemory<byte> Take(long count)
    {
        if (count < 0 || count > Left)
            throw Invalid("is cut short");
        var taken = _bytes.Slice(_position, (int)count);
        _position += (int)count;
        return taken;
    }

    /// <summary>Looks at bytes without taking them.</summary>
    public readonly ReadOnlySpan<byte> Peek(int count) =>
        count <= Left ? _bytes.Span.Slice(_position, count) : throw Invalid("is cut short");

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
            return value <= (ulong)most ? (long)value : throw Invalid("has a number out of its bounds");
        }
        throw Invalid("has a number out of its bounds");
    }

    public static RecipeRefusedException Invalid(string what) =>
        new(RecipeRefusal.RecipeInvalid, $"The recipe of a zstd stream {what}.");
}
