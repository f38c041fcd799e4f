using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>The header of a gzip member (RFC 1952), kept as it is.</summary>
internal static class GzipHeader
{
    public const int TrailerLength = 8;

    private const int FixedLength = 10;

    /// <summary>The least and the most that the header says of the level: byte 8 (XFL).</summary>
    public static byte Hint(ReadOnlySpan<byte> header) => header.Length > 8 ? header[8] : (byte)0;

    /// <summary>The byte that names the system, 255 for none.</summary>
    public static byte System(ReadOnlySpan<byte> header) => header.Length > 9 ? header[9] : (byte)255;

    /// <summary>True where the aligned input begins as a member does.</summary>
    public static bool BeginsAt(DeflateInput input) =>
        !input.IsAtEnd() && input.Has(2) && input.Buffer[input.Next] == 0x1F && input.Buffer[input.Next + 1] == 0x8B;

    /// <summary>Reads a header.</summary>
    public static byte[] Read(DeflateInput input)
    {
        var header = new ByteList();
        for (var index = 0; index < FixedLength; index++)
            header.Add(input.TakeByte());
        var fixedPart = header.Written.Span;
        if (fixedPart[0] != 0x1F || fixedPart[1] != 0x8B)
            throw new RecipeRefusedException(RecipeRefusal.NotGzip, "The stream does not begin as gzip does.");
        var flags = fixedPart[3];
        if (fixedPart[2] != 8 || (flags & 0xE0) != 0)
            throw new RecipeRefusedException(RecipeRefusal.NotGzip, "The gzip header is of an unknown kind.");
        if ((flags & 4) != 0)
            ReadExtra(input, header);
        for (var text = flags & (8 | 16); text != 0; text &= text - 1)
            ReadText(input, header);
        if ((flags & 2) != 0)
        {
            header.Add(input.TakeByte());
            header.Add(input.TakeByte());
        }
        return header.Written.ToArray();
    }

    /// <summary>The bytes of the header that something begins with; 0 where it begins with none.</summary>
    public static int Measure(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < FixedLength || bytes[0] != 0x1F || bytes[1] != 0x8B || bytes[2] != 8
            || (bytes[3] & 0xE0) != 0)
            return 0;
        var length = FixedLength;
        if ((bytes[3] & 4) != 0)
        {
            if (bytes.Length < length + 2)
                return 0;
            length += 2 + bytes[length] + (bytes[length + 1] << 8);
        }
        for (var text = bytes[3] & (8 | 16); text != 0; text &= text - 1)
        {
            var end = length < bytes.Length ? bytes[length..].IndexOf((byte)0) : -1;
            if (end < 0)
                return 0;
            length += end + 1;
        }
        length += bytes[3] & 2;
        return length <= Math.Min(bytes.Length, RecipeBounds.HeaderBytes) ? length : 0;
    }

    private static void ReadExtra(DeflateInput input, ByteList header)
    {
        var (low, high) = (input.TakeByte(), input.TakeByte());
        header.Add(low);
        header.Add(high);
        for (var left = low | (high << 8); left > 0; left--)
            header.Add(input.TakeByte());
    }

    private static void ReadText(DeflateInput input, ByteList header)
    {
        byte next;
        do
        {
            header.Add(next = input.TakeByte());
            if (header.Count > RecipeBounds.HeaderBytes)
                throw new RecipeRefusedException(
                    RecipeRefusal.HeaderTooLong, "The gzip header is longer than a recipe can hold.");
        }
        while (next != 0);
    }
}
