namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>Reads what a <see cref="ByteList"/> wrote, and trusts nothing of it.</summary>
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
        new(RecipeRefusal.RecipeInvalid, $"The recipe of a gzip stream {what}.");
}
