using System.Runtime.InteropServices;
using Diffah.Engine.Compression.Gzip;
using Diffah.Engine.Compression.Gzip.Encoders;
using Diffah.Engine.Compression.Gzip.Recipes;

namespace Diffah.Engine.Deltas.Codecs.Content.Nested;

/// <summary>Puts a file together, from front to back.</summary>
internal abstract class NestedPlan
{
    // Each piece is given before the next is made.
    private const int Portion = 64 * 1024;

    /// <summary>How many parts there are, the first among them.</summary>
    public abstract int PartCount { get; }

    /// <summary>The bytes of a part.</summary>
    public abstract int PartLength(int part);

    /// <summary>Makes the file.</summary>
    /// <param name="part">Gives each part but the first, once, in their order; it is needed until the next is asked
    /// for.</param>
    /// <returns>The file piece by piece: each is good until the next is taken. Together they are as long as the file
    /// is.</returns>
    /// <exception cref="Compression.RecipeRefusedException">The parts are not those that the layout was
    /// made for.</exception>
    public abstract IEnumerable<ReadOnlyMemory<byte>> Rebuild(Func<int, ReadOnlyMemory<byte>> part);

    /// <summary>Makes a deflate stream as an encoder does.</summary>
    protected static IEnumerable<ReadOnlyMemory<byte>> Deflate(
        PlainDeflater deflater, EncoderProfile profile, ReadOnlyMemory<byte> content, int length)
    {
        deflater.Begin(profile, content.Length);
        var left = length;
        while (deflater.Next(content.Span) is { IsEmpty: false } made)
        {
            left -= made.Length;
            if (left < 0)
                break;
            yield return made;
        }
        if (left != 0)
            throw PartRebuilder.Differs();
    }

    /// <summary>Makes a stream by a recipe of its own.</summary>
    protected static IEnumerable<ReadOnlyMemory<byte>> Follow(
        GzipRecipe recipe, ReadOnlyMemory<byte> content, int length)
    {
        using var stream = new GzipRebuildStream(Open(content), recipe);
        var buffer = new byte[Portion];
        var left = length;
        int read;
        while ((read = stream.Read(buffer)) > 0 && (left -= read) >= 0)
            yield return buffer.AsMemory(0, read);
        if (left != 0)
            throw PartRebuilder.Differs();
    }

    private static MemoryStream Open(ReadOnlyMemory<byte> content) =>
        MemoryMarshal.TryGetArray(content, out var segment)
            ? new(segment.Array!, segment.Offset, segment.Count, writable: false)
            : new(content.ToArray(), writable: false);
}
