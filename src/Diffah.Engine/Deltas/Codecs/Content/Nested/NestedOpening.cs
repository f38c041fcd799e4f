using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Deltas.Codecs.Content.Nested;

/// <summary>A new file that was opened: its parts, and how they are put together again.</summary>
/// <param name="File">The parts.</param>
/// <param name="Layout">How they become the file.</param>
internal sealed record NestedOpening(NestedFile File, NestedLayout Layout)
{
    /// <summary>The bytes of all parts.</summary>
    public long PartBytes =>
        Layout.FirstLength + Enumerable.Range(1, File.PartCount - 1).Sum(part => (long)File.BytesOf(part));

    /// <summary>Opens a file as far as it can be put together again, bit for bit; null where that is not at all. Each
    /// stream that is opened was made anew of its content, and compared.</summary>
    public static NestedOpening? TryOpen(
        ReadOnlySpan<byte> file, SpanInflater inflater, CancellationToken cancellationToken)
    {
        if (file.Length > NestedBounds.FileLength)
            return null;
        return GzipFile.Begins(file)
            ? GzipOpening.TryOpen(file, inflater, cancellationToken)
            : ZipOpening.TryOpen(file, inflater, cancellationToken);
    }
}
