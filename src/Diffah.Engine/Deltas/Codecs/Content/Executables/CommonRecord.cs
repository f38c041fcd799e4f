namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>What a CIE says of the fields in it and in its FDEs.</summary>
/// <param name="HasRelativeBegin">FDEs hold their begin as four bytes that count from the field.</param>
/// <param name="HasRelativeData">FDEs hold the address of the function's exception table in the same way.</param>
/// <param name="Personality">Where, in the section, such an address of the personality routine is; or 0.</param>
internal readonly record struct CommonRecord(bool HasRelativeBegin, bool HasRelativeData, int Personality)
{
    private const byte RelativeSigned4 = 0x1B;
    private const byte IndirectRelativeSigned4 = 0x9B;
    private const int LongestAugmentation = 8;
    private const int LongestNumber = 10;

    public static CommonRecord Read(ReadOnlySpan<byte> section, UnwindRecord record)
    {
        var cursor = new Cursor(section[..record.End], record.Start + 8);
        if (cursor.Next() is not (1 or 3))
            return default;
        var augmentation = cursor.Position;
        var letters = section[augmentation..Math.Min(record.End, augmentation + LongestAugmentation + 1)];
        var length = letters.IndexOf((byte)0);
        if (length < 1 || letters[0] != 'z')
            return default;
        cursor.Position += length + 1;
        for (var skipped = 0; skipped < 4; skipped++)
            cursor.SkipNumber();
        return Follow(letters[1..length], ref cursor);
    }

    private static CommonRecord Follow(ReadOnlySpan<byte> augmentation, ref Cursor cursor)
    {
        var result = default(CommonRecord);
        foreach (var letter in augmentation)
        {
            if (letter == 'S' || letter == 'B')
                continue;
            var encoding = cursor.Next();
            if (letter == 'R')
                result = result with { HasRelativeBegin = encoding == RelativeSigned4 };
            else if (letter == 'L')
                result = result with { HasRelativeData = encoding == RelativeSigned4 };
            else if (letter == 'P' && encoding is RelativeSigned4 or IndirectRelativeSigned4 && cursor.Has(4))
            {
                result = result with { Personality = cursor.Position };
                cursor.Position += 4;
            }
            else
                return result;
        }
        return result;
    }

    private ref struct Cursor(ReadOnlySpan<byte> bytes, int position)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;

        public int Position = position;

        public readonly bool Has(int count) => Position <= _bytes.Length - count;

        public int Next() => Has(1) ? _bytes[Position++] : -1;

        public void SkipNumber()
        {
            for (var count = 0; count < LongestNumber && Next() >= 0x80; count++)
            {
            }
        }
    }
}
