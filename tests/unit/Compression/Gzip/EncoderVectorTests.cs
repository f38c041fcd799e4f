using System.Security.Cryptography;
using Diffah.Engine.Compression.Gzip.Encoders;

namespace Diffah.Tests.Compression.Gzip;

/// <summary>
/// The bytes are those of the real encoders. Each made a gzip stream of each of <see cref="EncoderContents.All"/>, given
/// to it in pieces of 32 KiB; the digest is over all these streams, in order, without their headers (10 bytes) and
/// trailers (8 bytes).
/// </summary>
public sealed class EncoderVectorTests
{
    // Level, bytes and digest of compress/gzip; Go 1.19 and 1.26 give the same.
    [Theory]
    [InlineData(1, 6786750, "cebd223cbfa037f4c72dea47359578ef150ba4d40a0a95b9b453231053e7f6b1")]
    [InlineData(0, 17663007, "1c15d28d53f1ebfdfb9a2e7de5bf253bed0c2ae44a03c9a2d31bf09c10dc0fba")]
    [InlineData(-2, 9724327, "2aba5ca1e45e602c850dfd00691c8b873807576c9601734c9de9be989e576bb4")]
    public void Go_before_1_27(int level, long size, string digest) =>
        Check(new GoChunkEncoder(level), size, digest);

    /// <summary>One encoder makes all, in pieces that come out differently for each.</summary>
    private static void Check(DeflateEncoder encoder, long size, string digest)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var stream = new MemoryStream();
        var total = 0L;
        using (encoder)
        {
            foreach (var (kind, length) in EncoderContents.All)
            {
                stream.SetLength(0);
                encoder.Start(stream);
                foreach (var piece in EncoderContents.Make(kind, length).Chunk(20_011 + (length % 70_001)))
                    encoder.Write(piece);
                encoder.Finish();
                sha.AppendData(stream.GetBuffer().AsSpan(0, (int)stream.Length));
                total += stream.Length;
            }
        }
        Assert.Equal((size, digest), (total, Convert.ToHexStringLower(sha.GetHashAndReset())));
    }
}
