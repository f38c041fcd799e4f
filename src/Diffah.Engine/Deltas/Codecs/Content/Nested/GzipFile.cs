using System.Buffers.Binary;
using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Recipes;

namespace Diffah.Engine.Deltas.Codecs.Content.Nested;

/// <summary>A gzip file: its only part is its content, of all members together.</summary>
internal sealed class GzipFile : NestedFile
{
    private const int LeastRoom = 4096;

    public override int PartCount => 1;

    /// <summary>The file begins with the header of a gzip member.</summary>
    public static bool Begins(ReadOnlySpan<byte> file) => GzipHeader.Measure(file) > 0;

    /// <summary>The content; or the file itself, where it is not made of whole members alone, or too long.</summary>
    public override byte[] ReadPart(ReadOnlySpan<byte> file, int part, SpanInflater inflater) =>
        Inflate(file, inflater) ?? file.ToArray();

    public override ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> file, int part) => default;

    /// <summary>Inflates all members; null where something is none, or they are too long. Trailers are passed over.
    /// </summary>
    public static byte[]? Inflate(ReadOnlySpan<byte> file, SpanInflater inflater)
    {
        var most = NestedBounds.Inflated(file.Length);
        var content = new byte[FirstRoom(file, most)];
        var length = 0;
        while (!file.IsEmpty)
        {
            var header = GzipHeader.Measure(file);
            if (header == 0)
                return null;
            var result = inflater.Inflate(file[header..], content.AsSpan(length));
            if (result.State == InflateState.NoRoom && content.Length < most)
            {
                Array.Resize(ref content, (int)Math.Min(2L * content.Length + LeastRoom, most));
                continue;
            }
            var used = header + result.Used + GzipHeader.TrailerLength;
            if (result.State != InflateState.Complete || used > file.Length)
                return null;
            length += result.Length;
            file = file[used..];
        }
        Array.Resize(ref content, length);
        return content;
    }

    /// <summary>What the last trailer says, if that can be.</summary>
    private static int FirstRoom(ReadOnlySpan<byte> file, int most)
    {
        var said = file.Length < 4 ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(file[^4..]);
        return (int)Math.Min(most, said <= most ? said : LeastRoom);
    }
}
