using Diffah.Engine.Compression;

namespace Diffah.Engine.Deltas.Codecs.Content.Nested;

/// <summary>Puts a file together again before it is said to be opened.</summary>
internal static class NestedProof
{
    /// <summary>Whether a layout, as whoever reads it has it, gives the file.</summary>
    public static bool Gives(NestedLayout layout, ReadOnlyMemory<byte> only, ReadOnlySpan<byte> file)
    {
        try
        {
            foreach (var made in layout.Plan(only).Rebuild(_ => default))
            {
                if (!file.StartsWith(made.Span))
                    return false;
                file = file[made.Length..];
            }
            return file.IsEmpty;
        }
        catch (RecipeRefusedException)
        {
            return false;
        }
    }
}
