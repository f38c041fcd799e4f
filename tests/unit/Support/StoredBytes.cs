using Diffah.Engine.Compression;

namespace Diffah.Tests.Support;

/// <summary>Compressed bytes under the bounds that count where nobody sets any.</summary>
internal static class StoredBytes
{
    /// <summary>What some bytes are, and what they may cost.</summary>
    public static StoredContent Of(long length, DecompressionBounds? bounds = null) =>
        new("the test's content", length, bounds ?? new DecompressionBounds());

    /// <summary>Recognises the compression of bytes and undoes it.</summary>
    public static Task<(CompressionKind Kind, Stream Content)> OpenAsync(
        byte[] bytes, DecompressionBounds? bounds = null) =>
        CompressionFormat.OpenAsync(new MemoryStream(bytes), Of(bytes.Length, bounds), default);

    /// <summary>Decompresses zstd.</summary>
    public static ZstdDecompressionStream Zstd(Stream stored) => new(stored, Of(0));
}
