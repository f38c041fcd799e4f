using System.IO.Compression;
using Diffah.Engine.Diagnostics;
using Diffah.Libraries;
using Diffah.Libraries.Xz;

namespace Diffah.Engine.Compression;

/// <summary>Recognises compression by the first bytes, and undoes it.</summary>
public static class CompressionFormat
{
    /// <summary>How many first bytes <see cref="Detect"/> looks at.</summary>
    public const int SniffLength = CompressionTraits.SniffLength;

    /// <summary>Recognises compression by its magic number.</summary>
    /// <param name="start">The first bytes, <see cref="SniffLength"/> or as many as there are.</param>
    public static CompressionKind Detect(ReadOnlySpan<byte> start) =>
        CompressionTraits.Of(start)?.Kind ?? CompressionKind.None;

    /// <summary>
    /// Reads a stream's first bytes, and gives a stream of the plain content, whatever the compression was.
    /// </summary>
    /// <param name="source">The stream as stored; owned by the result.</param>
    /// <param name="stored">What it is, and what it may cost.</param>
    /// <param name="cancellationToken">Stops the wait for the first bytes.</param>
    /// <returns>The compression found, and the plain content.</returns>
    /// <exception cref="DiffahException">CompressionUnknown.</exception>
    internal static async Task<(CompressionKind Kind, Stream Content)> OpenAsync(
        Stream source, StoredContent stored, CancellationToken cancellationToken)
    {
        try
        {
            var start = new byte[SniffLength];
            var read = await source.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
            var kind = Detect(start.AsSpan(0, read));
            return (kind, Decompress(new PrependedStream(start.AsMemory(0, read), source), kind, stored));
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }
    }

    private static Stream Decompress(Stream source, CompressionKind kind, StoredContent stored) => kind switch
    {
        CompressionKind.None => source,
        CompressionKind.Gzip => stored.Bound(new GZipStream(source, CompressionMode.Decompress)),
        CompressionKind.Zstd => stored.Bound(new ZstdDecompressionStream(source, stored)),
        CompressionKind.Xz => stored.Bound(new PulledDecompressionStream(
            source, stored, (input, admit) => new XzDecoder(input, admit))),
        CompressionKind.Bzip2 => stored.Bound(new PulledDecompressionStream(
            source, stored, (input, _) => new Bzip2Decoder(input))),
        _ => throw CompressionErrors.NotRead(CompressionTraits.Of(kind)!, stored.What),
    };
}
