using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>
/// A recipe in bytes: what is said of each part, like beside like, and compressed where that is shorter.
/// </summary>
internal static class ZstdRecipeFormat
{
    private const byte Version = 1;

    /// <summary>Writes a recipe.</summary>
    public static byte[] Write(RecipeBody recipe)
    {
        var output = new ByteList();
        var first = FirstProfile(recipe.Parts) ?? default;
        output.Add(Version);
        WriteProfile(output, first);
        var body = PartColumnsWriter.Write(recipe, first);
        var packed = PackedBytes.Pack(body);
        var isPacked = packed.Length < body.Length;
        output.AddNumber(isPacked ? (ulong)body.Length : 0);
        output.Add(isPacked ? packed : body);
        return output.Written.ToArray();
    }

    /// <summary>Reads a recipe.</summary>
    /// <exception cref="RecipeRefusedException">It is none.</exception>
    public static RecipeBody Read(ReadOnlyMemory<byte> bytes)
    {
        var input = new ByteCursor(bytes);
        if (input.Take() != Version)
            throw new RecipeRefusedException(
                RecipeRefusal.RecipeUnknown, "The recipe of a zstd stream is of a version that is not known.");
        var first = ReadProfile(ref input);
        var plain = (int)input.TakeNumber(RecipeBounds.RecipeLength);
        var body = input.Take(input.Left);
        return PartColumnsReader.Read(plain > 0 ? PackedBytes.Unpack(body, plain) : body, first);
    }

    /// <summary>The encoder of the first frame; null where the bytes don't tell, or there is none.</summary>
    /// <param name="start">The recipe's first bytes.</param>
    public static ZstdProfile? ReadEncoder(ReadOnlyMemory<byte> start)
    {
        if (start.Length < 4 || start.Span[0] != Version || start.Span[1] == 0)
            return null;
        var input = new ByteCursor(start[1..]);
        return ReadProfile(ref input);
    }

    /// <summary>The encoder of the first frame that one makes.</summary>
    public static ZstdProfile? FirstProfile(IEnumerable<ZstdPart> parts) =>
        parts.OfType<FramePart>().FirstOrDefault()?.Profile;

    /// <summary>Writes three bytes.</summary>
    public static void WriteProfile(ByteList output, ZstdProfile profile)
    {
        output.Add((byte)profile.Family);
        output.Add(profile.Generation);
        output.Add(profile.Level);
    }

    /// <summary>Reads three bytes, which may name no known encoder.</summary>
    public static ZstdProfile ReadProfile(ref ByteCursor input) =>
        new((ZstdFamily)input.Take(), input.Take(), input.Take());
}
