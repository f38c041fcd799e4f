namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>A stream that several read, each from where it likes.</summary>
/// <param name="stream">The stream, which can seek.</param>
internal sealed class StreamAt(Stream stream)
{
    private readonly Lock _lock = new();

    /// <summary>Its bytes.</summary>
    public long Length { get; } = stream.Length;

    /// <summary>Reads as many bytes as there is room for.</summary>
    /// <exception cref="RecipeRefusedException">There are not so many.</exception>
    public void Read(long position, Span<byte> bytes)
    {
        if (ReadSome(position, bytes) < bytes.Length)
            throw new RecipeRefusedException(
                RecipeRefusal.ContentDiffers, "The content is not as long as the recipe of a zstd stream says.");
    }

    /// <summary>Reads as many bytes as there is room for, or as there are.</summary>
    public int ReadSome(long position, Span<byte> bytes)
    {
        lock (_lock)
        {
            if (stream.Position != position)
                stream.Position = position;
            return stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        }
    }
}
