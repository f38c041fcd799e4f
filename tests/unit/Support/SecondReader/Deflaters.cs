using Diffah.Engine.Compression.Gzip;
using Diffah.Engine.Compression.Gzip.Encoders;
using Diffah.Engine.Compression.Gzip.Recipes;

namespace Diffah.Tests.Support.SecondReader;

/// <summary>
/// Deflate streams as known encoders make them. This is the one place where the second reader is not independent: what
/// an encoder decides is asked of the engine, since no page can carry the emulation of a dozen encoders.
/// </summary>
internal static class Deflaters
{
    /// <summary>A raw deflate stream as an encoder makes it.</summary>
    public static byte[] Deflate(byte[] content, byte family, byte level)
    {
        var profile = new EncoderProfile((EncoderFamily)family, level);
        if (!PlainDeflater.IsKnown(profile))
            throw new InvalidDataException($"there is no encoder {family}, {level}");
        using var deflater = new PlainDeflater();
        deflater.Begin(profile, content.Length);
        var made = new List<byte>();
        for (ReadOnlyMemory<byte> next; !(next = deflater.Next(content)).IsEmpty;)
            made.AddRange(next.Span);
        return [.. made];
    }

    /// <summary>A stream as a recipe makes it.</summary>
    public static byte[] Rebuild(byte[] content, byte[] recipe) => Rebuild(content, GzipRecipe.Read(recipe));

    /// <summary>A stream as one member of a recipe makes it.</summary>
    public static byte[] Rebuild(byte[] content, byte[] recipe, int member) =>
        Rebuild(content, new GzipRecipe([GzipRecipe.Read(recipe).Members[member]], default));

    /// <summary>The CRC-32 of a gzip trailer (RFC 1952).</summary>
    public static byte[] Checksum(byte[] content)
    {
        var sum = uint.MaxValue;
        foreach (var value in content)
        {
            sum ^= value;
            for (var bit = 0; bit < 8; bit++)
                sum = (sum >> 1) ^ ((sum & 1) * 0xEDB88320);
        }
        return BitConverter.GetBytes(~sum);
    }

    private static byte[] Rebuild(byte[] content, GzipRecipe recipe)
    {
        using var stream = new GzipRebuildStream(new MemoryStream(content), recipe);
        using var made = new MemoryStream();
        stream.CopyTo(made);
        return made.ToArray();
    }
}
