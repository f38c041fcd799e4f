using System.Collections.Immutable;

namespace Diffah.Engine.Compression;

/// <summary>What is known of a compression: a row of the one table of them.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Name">Its name.</param>
/// <param name="Tool">The command that decompresses a file; its path follows.</param>
/// <param name="IsRead">Whether it is decompressed here.</param>
internal sealed record CompressionTraits(CompressionKind Kind, string Name, string Tool, bool IsRead = false)
{
    private const int TarMagicOffset = 257;

    /// <summary>How many first bytes <see cref="Of(ReadOnlySpan{byte})"/> looks at.</summary>
    public const int SniffLength = TarMagicOffset + 5;

    /// <summary>The magic numbers: of any compression that images or their archives are met in.</summary>
    private static readonly ImmutableArray<(CompressionTraits Traits, byte[] Magic)> Magics;

    /// <summary>Every compression.</summary>
    public static ImmutableArray<CompressionTraits> All { get; } =
    [
        new(CompressionKind.Gzip, "gzip", "gunzip", IsRead: true),
        new(CompressionKind.Zstd, "zstd", "unzstd", IsRead: true),
        new(CompressionKind.Xz, "xz", "unxz", IsRead: true),
        new(CompressionKind.Bzip2, "bzip2", "bunzip2", IsRead: true),
        new(CompressionKind.Lz4, "lz4", "lz4 -d"),
        new(CompressionKind.Lzma, "lzma", "unlzma"),
        new(CompressionKind.Lzip, "lzip", "lzip -d"),
        new(CompressionKind.Lzop, "lzop", "lzop -d"),
        new(CompressionKind.Compress, "compress", "uncompress"),
        new(CompressionKind.SevenZip, "7z", "7z x"),
        new(CompressionKind.Zip, "zip", "unzip"),
    ];

    static CompressionTraits() => Magics =
    [
        Row(CompressionKind.Gzip, 0x1F, 0x8B),
        Row(CompressionKind.Zstd, 0x28, 0xB5, 0x2F, 0xFD),
        Row(CompressionKind.Xz, 0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00),
        Row(CompressionKind.Lz4, 0x04, 0x22, 0x4D, 0x18),
        Row(CompressionKind.Lz4, 0x02, 0x21, 0x4C, 0x18), // what the Linux kernel is packed in
        Row(CompressionKind.Lzip, [.. "LZIP"u8, 1]),
        Row(CompressionKind.Lzop, 0x89, 0x4C, 0x5A, 0x4F, 0x00, 0x0D, 0x0A, 0x1A, 0x0A),
        Row(CompressionKind.Compress, 0x1F, 0x9D),
        Row(CompressionKind.SevenZip, 0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C),
        Row(CompressionKind.Zip, 0x50, 0x4B, 0x03, 0x04),
    ];

    /// <summary>The row of a kind; null for none.</summary>
    /// <param name="kind">The kind.</param>
    public static CompressionTraits? Of(CompressionKind kind) => All.FirstOrDefault(t => t.Kind == kind);

    /// <summary>Recognises a compression by the first bytes; null where there is none.</summary>
    /// <param name="start">The first bytes, <see cref="SniffLength"/> or as many as there are.</param>
    public static CompressionTraits? Of(ReadOnlySpan<byte> start)
    {
        foreach (var (traits, magic) in Magics)
        {
            // A tar begins with a name, and names may be anything that is text.
            if (start.StartsWith(magic))
                return traits.IsRead || !IsTar(start) ? traits : null;
        }
        if (IsTar(start))
            return null;
        return IsSkippable(start) ? Of(CompressionKind.Zstd)
            : IsBzip2(start) ? Of(CompressionKind.Bzip2)
            : IsLzma(start) ? Of(CompressionKind.Lzma)
            : null;
    }

    // zstd may begin with a frame that is to be skipped (RFC 8878, section 3.1.2), as pzstd does.
    private static bool IsSkippable(ReadOnlySpan<byte> start) =>
        start.Length >= 4 && start[0] is >= 0x50 and <= 0x5F
            && start[1..4].SequenceEqual((ReadOnlySpan<byte>)[0x2A, 0x4D, 0x18]);

    // The level, and the mark of a block, or of the end where there is none.
    private static bool IsBzip2(ReadOnlySpan<byte> start) =>
        start.StartsWith("BZh"u8) && start.Length >= 10 && start[3] is >= (byte)'1' and <= (byte)'9'
            && (start[4..10].SequenceEqual((ReadOnlySpan<byte>)[0x31, 0x41, 0x59, 0x26, 0x53, 0x59])
                || start[4..10].SequenceEqual((ReadOnlySpan<byte>)[0x17, 0x72, 0x45, 0x38, 0x50, 0x90]));

    // It has no magic number: these are the properties that all writers use, and a dictionary, here from 64 KiB on.
    private static bool IsLzma(ReadOnlySpan<byte> start) =>
        start.Length >= 5 && start.StartsWith((ReadOnlySpan<byte>)[0x5D, 0x00, 0x00]) && (start[3] | start[4]) != 0;

    private static bool IsTar(ReadOnlySpan<byte> start) =>
        start.Length >= SniffLength && start.Slice(TarMagicOffset, 5).SequenceEqual("ustar"u8);

    private static (CompressionTraits Traits, byte[] Magic) Row(CompressionKind kind, params byte[] magic) =>
        (Of(kind)!, magic);
}
