using System.IO.Compression;

namespace Diffah.Engine.Compression;

/// <summary>Recognises compression by the first bytes, and undoes it.</summary>
public static class CompressionFormat
{
    /// <summary>How many first bytes <see cref="Detect"/> looks at.</summary>
    public const int SniffLength = 4;

    /// <summary>Recognises compression by its magic number (RFC 1952 §2.3.1, RFC 8878 §3.1.1).</summary>
    /// <param name="start">The first bytes; four are enough, and fewer may be given.</param>
    public static CompressionKind Detect(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
            return CompressionKind.Gzip;
        return start.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD])
            ? CompressionKind.Zstd
            : CompressionKind.None;
    }

    /// <summary>
    /// Reads a stream's first bytes, and gives a stream of the plain content, whatever the compression was.
    /// </summary>
    /// <param name="source">The stream as stored; owned by the result.</param>
    /// <param name="cancellationToken">Stops the wait for the first bytes.</param>
    /// <returns>The compression found, and the plain content.</returns>
    public static async Task<(CompressionKind Kind, Stream Content)> OpenAsync(
        Stream source, CancellationToken cancellationToken)
    {
        try
        {
            var start = new byte[SniffLength];
            var read = await source.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
            var kind = Detect(start.AsSpan(0, read));
            return (kind, Decompress(new PrependedStream(start.AsMemory(0, read), source), kind));
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }
    }

    /// <summary>Gives a stream of the plain content.</summary>
    /// <param name="source">The stream as stored; owned by the result.</param>
    /// <param name="kind">Its compression.</param>
    public static Stream Decompress(Stream source, CompressionKind kind) => kind switch
    {
        CompressionKind.Gzip => new GZipStream(source, CompressionMode.Decompress),
        CompressionKind.Zstd => new ZstdDecompressionStream(source),
        _ => source,
    };
}
