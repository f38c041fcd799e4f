using System.Security.Cryptography;
using System.Text;
using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Tests.Support;

namespace Diffah.Tests.Compression;

/// <summary>
/// The bytes are those of libzstd 1.5.7. The digests were made with its C source (release 1.5.7, gcc -O3): one context,
/// the parameters of the row, no checksum, the prefix by ZSTD_CCtx_refPrefix, the content in pieces of 128 KiB by
/// ZSTD_compressStream2, then ZSTD_e_end. libzstd 1.5.4 gives other bytes for 17 of the 19 rows. The content is made
/// here and, for libzstd, by a program in another language.
/// </summary>
public sealed class ZstdVectorTests : IDisposable
{
    private static readonly byte[] Prefix = Piece(1, 1_500_000);
    private static readonly byte[] Content = MakeContent();

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_content_is_what_the_digests_were_made_from()
    {
        Assert.Equal("36e7ec442e79f400a353146aeadf998d14f0238bc2b1dd3bf27a2a506b66d214", Sha256(Prefix));
        Assert.Equal("334c4f702682f033b0ef76264aa75e5082215d0fdc1f2017de8b344cb61c07dd", Sha256(Content));
    }

    // Level; window log, 0 where the level decides; long-distance matching; content size in the header; prefix; what
    // came out.
    [Theory]
    [InlineData(1, 0, false, false, false, 663607, "3a34e2e09bc604ba73a0c405f3754717138b5a4cd674123e5e4eec940afb9471")]
    [InlineData(3, 0, false, true, false, 594235, "7fd0fe64956420cec8ace81f95ab511d6ef5ddb83340cbb571532abc9efaa65f")]
    [InlineData(9, 0, false, false, false, 593968, "3c12ca16db61e51ee4cda9ecebab6c66a22b21f42b3746a7883e2afa2ce0ba46")]
    [InlineData(19, 0, false, true, false, 536842, "7997b7eef8ed2f4831b362e5eb1f417db883c185c75faaf75b6e6319f43b491a")]
    [InlineData(22, 0, false, true, false, 536846, "a1ef85458d3db1574c8429dc175f6972a4636552eb726dc58803616240b6f535")]
    [InlineData(1, 27, true, true, true, 83518, "26a31d8924751abe4b0a650aac8300f3867d8a9cd9b9f621bfe71a35849eaf7b")]
    [InlineData(3, 27, true, true, true, 82255, "8eb25b59d880be65a61577d63e2ec64dbcc9b1d1de7c62a7df8715631241795c")]
    [InlineData(6, 27, true, true, true, 79593, "9498570a37f4f677c0ee4fe65089a2d178b5427fc6d248998d726e78a6d4a2e9")]
    [InlineData(9, 27, true, true, true, 80070, "11c109b1a1dc88143e5c3bb3ea4ddea1f1ef88bbdcbf6901167ced6a4391f74a")]
    [InlineData(12, 27, true, true, true, 79929, "f79843ef6ffd9823a75cedece5c45c2a134f07280da6b4ef92cf64aa53e6cab5")]
    [InlineData(16, 27, true, true, true, 71070, "ad194e38cc3894df181a05e531adf8f1d742f0a7fec4315f196f49ffdcf215d2")]
    [InlineData(19, 27, true, true, true, 70984, "ebab8e7149e1f245af7798d412833578ed04ae6b2c7aaa33d6d833acdc320a15")]
    [InlineData(22, 27, true, true, true, 71000, "314a9f91900c2e3a6e7e35e3c8692a8d51564b3ce40e85a68bd5a968dcd6b412")]
    [InlineData(3, 30, true, true, true, 82255, "8eb25b59d880be65a61577d63e2ec64dbcc9b1d1de7c62a7df8715631241795c")]
    [InlineData(9, 31, true, true, true, 80070, "11c109b1a1dc88143e5c3bb3ea4ddea1f1ef88bbdcbf6901167ced6a4391f74a")]
    [InlineData(12, 10, true, true, true, 755218, "eab442f5ecdf9670db53c895bab97abe1805a151a0b352a40a295d90737466f6")]
    [InlineData(19, 18, true, true, true, 476098, "eac1d72335d26b2ef35302b90add1709f1ff113116424413b427c397524fa59d")]
    [InlineData(22, 31, true, true, true, 71000, "314a9f91900c2e3a6e7e35e3c8692a8d51564b3ce40e85a68bd5a968dcd6b412")]
    [InlineData(3, 27, false, true, true, 242200, "33379f4dad1bc08324ade571804bdc71b28a21f95120e61b77b7d22a44e9103c")]
    public async Task The_bytes_are_those_of_libzstd(
        int level, int windowLog, bool distant, bool sized, bool prefixed, int size, string sha256)
    {
        await File.WriteAllBytesAsync(_folder["prefix"], Prefix);
        using var prefix = prefixed ? new MappedFile(_folder["prefix"]) : null;
        var settings = new ZstdSettings(
            level, windowLog == 0 ? null : windowLog, distant, sized ? Content.Length : null);
        using var output = new MemoryStream();
        await using (var zstd = new ZstdCompressionStream(output, settings, prefix?.Buffer, prefix?.Length ?? 0))
        {
            for (var at = 0; at < Content.Length; at += 131_072)
                zstd.Write(Content.AsSpan(at, Math.Min(131_072, Content.Length - at)));
            zstd.Finish();
        }
        Assert.Equal((size, sha256), ((int)output.Length, Sha256(output.ToArray())));
        using var read = new MemoryStream();
        await using (var zstd = new ZstdDecompressionStream(
            new MemoryStream(output.ToArray()), prefix?.Buffer, prefix?.Length ?? 0))
            await zstd.CopyToAsync(read);
        Assert.Equal(Content, read.ToArray());
    }

    /// <summary>
    /// What a layer's next version is like: parts of the old, some of them moved, new parts between, and a change here
    /// and there.
    /// </summary>
    private static byte[] MakeContent()
    {
        byte[] content = [.. Prefix[..400_000], .. Piece(2, 100_000), .. Prefix[500_000..1_400_000],
            .. Prefix[200_000..300_000], .. Piece(3, 100_000)];
        for (var at = 0; at < content.Length; at += 10_007)
            content[at] ^= 0x55;
        return content;
    }

    /// <summary>Names that come again and bytes that don't, by a xorshift generator.</summary>
    private static byte[] Piece(uint seed, int size)
    {
        var piece = new List<byte>(size + 16);
        while (piece.Count < size)
        {
            var x = Next();
            if (x % 8 != 0)
                piece.AddRange(Encoding.ASCII.GetBytes($"layer-{(x >> 8) % 4096}/"));
            else
                piece.AddRange(Enumerable.Range(0, 4).SelectMany(_ => Little(Next())));
        }
        return [.. piece.Take(size)];

        uint Next()
        {
            seed ^= seed << 13;
            seed ^= seed >> 17;
            return seed ^= seed << 5;
        }

        static byte[] Little(uint x) => [(byte)x, (byte)(x >> 8), (byte)(x >> 16), (byte)(x >> 24)];
    }

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
