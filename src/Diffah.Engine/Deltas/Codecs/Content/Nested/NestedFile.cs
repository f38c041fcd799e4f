using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Deltas.Codecs.Content.Nested;

/// <summary>
/// A file that is opened into parts. Of a gzip file there is one: its content. Of a zip archive, the first is its
/// skeleton, which is all but the data that is cut out, and each of the others is what the data of an entry inflates
/// to. The file itself is given to each method, so that it may be mapped.
/// </summary>
internal abstract class NestedFile
{
    /// <summary>How many parts there are.</summary>
    public abstract int PartCount { get; }

    /// <summary>Opens a file by a rule that knows its bytes alone; null for a file of neither kind.</summary>
    public static NestedFile? Open(ReadOnlySpan<byte> file)
    {
        if (file.Length > NestedBounds.FileLength)
            return null;
        return GzipFile.Begins(file) ? new GzipFile() : ZipFile.Find(file);
    }

    /// <summary>Makes a part. Data that does not inflate as it should is a part as it is.</summary>
    public abstract byte[] ReadPart(ReadOnlySpan<byte> file, int part, SpanInflater inflater);

    /// <summary>The most bytes of a part, known before it is made; 0 for the first, which is always made.</summary>
    public virtual int BytesOf(int part) => 0;

    /// <summary>What a part is called in the archive: its raw bytes; empty for the first.</summary>
    public abstract ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> file, int part);
}
