using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Diffah.Engine.Compression;
using Diffah.Engine.Oci;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Support;

/// <summary>A layer as a manifest refers to it.</summary>
/// <param name="Stored">The blob.</param>
/// <param name="Compression">How the blob is compressed.</param>
/// <param name="DiffId">Digest of the plain content.</param>
internal sealed record LayerBytes(byte[] Stored, CompressionKind Compression, Digest DiffId)
{
    /// <summary>The algorithm the manifest uses for the blob.</summary>
    public string Algorithm { get; init; } = "sha256";

    public Digest Digest => Algorithm == "sha512"
        ? Digest.FromHash(Algorithm, SHA512.HashData(Stored))
        : Digest.Compute(Stored);

    /// <summary>A plain tar of regular files.</summary>
    public static LayerBytes Tar(params IEnumerable<(string Name, byte[] Content)> files)
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (name, content) in files)
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile,
                    name)
                { ModificationTime = DateTimeOffset.UnixEpoch, DataStream = new MemoryStream(content) });
        }
        return Raw(bytes.ToArray());
    }

    /// <summary>Any bytes at all.</summary>
    public static LayerBytes Raw(byte[] content) => new(content, CompressionKind.None, Digest.Compute(content));

    /// <summary>The same content, compressed.</summary>
    public LayerBytes As(CompressionKind compression) => compression switch
    {
        CompressionKind.Gzip => this with { Compression = compression, Stored = Gzip(Stored) },
        CompressionKind.Zstd => this with { Compression = compression, Stored = Zstd(Stored) },
        _ => this,
    };

    /// <summary>The same content as nobody compresses it again.</summary>
    public async Task<LayerBytes> AsBzip2Async()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder["layer"], Stored);
        await ExternalTool.RunAsync("bzip2", folder["layer"]);
        return this with
        {
            Compression = CompressionKind.Bzip2,
            Stored = await File.ReadAllBytesAsync(folder["layer.bz2"]),
        };
    }

    // The base library writes nothing at all for no content, which is no gzip stream.
    private static readonly byte[] EmptyGzip = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    public static byte[] Gzip(byte[] content)
    {
        if (content.Length == 0)
            return EmptyGzip;
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest))
            gzip.Write(content);
        return bytes.ToArray();
    }

    public static byte[] Zstd(byte[] content)
    {
        using var bytes = new MemoryStream();
        using (var zstd = new ZstdCompressionStream(bytes, new ZstdSettings(3, ContentSize: content.Length)))
        {
            zstd.Write(content);
            zstd.Finish();
        }
        return bytes.ToArray();
    }
}
