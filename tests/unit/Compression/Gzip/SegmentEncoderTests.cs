using System.Security.Cryptography;
using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;
using Diffah.Engine.Compression.Gzip.Segments;

namespace Diffah.Tests.Compression.Gzip;

/// <summary>
/// The bytes are those of the real encoders, built with Go 1.26. Each made a gzip stream of each of
/// <see cref="EncoderContents.All"/>, given to it in pieces of 32 KiB; the digest is over all these streams, in order,
/// without their headers (10 bytes) and trailers (8 bytes).
/// </summary>
public sealed class SegmentEncoderTests
{
    // Level, bytes and digest of compress/gzip; Go 1.19 and 1.26 give the same.
    [Theory]
    [InlineData(1, 6786750, "cebd223cbfa037f4c72dea47359578ef150ba4d40a0a95b9b453231053e7f6b1")]
    [InlineData(0, 17663007, "1c15d28d53f1ebfdfb9a2e7de5bf253bed0c2ae44a03c9a2d31bf09c10dc0fba")]
    [InlineData(-2, 9724327, "2aba5ca1e45e602c850dfd00691c8b873807576c9601734c9de9be989e576bb4")]
    public void Go_before_1_27(int level, long size, string digest) =>
        Check(Create(EncoderFamily.GoChunks, level), size, digest);

    // klauspost/compress/gzip. What was run is 1.20.3, 1.18.1, 1.18.0, 1.17.9 and 1.15.12, and the release is the one
    // from which on the bytes are the same. Go 1.27 gave the digests of 1.20.3 at levels 1, 6 and 9.
    [Theory]
    [InlineData("V1_20", 1, 6981762,
        "0625d388a11c74c86609d89c1be10ab0f53f3734ea9bb38f5c93ead9c2f48f57")]
    [InlineData("V1_15_15", 1, 6981845,
        "8bd99a94586762a514eb18222b393987fffe3a5f8f38037b34d06091852c5d2a")]
    [InlineData("V1_20", 2, 6872732,
        "5af216b8ba1ea7642c43ff5149323dd797ee8628bac3665f056ca3661ce1d8fd")]
    [InlineData("V1_15_15", 2, 6872855,
        "8289cbd76c1acef56c447f9ad168fd5877f4747bb03c76efa0fe436dbfce1123")]
    [InlineData("V1_20", 3, 6789396,
        "7c125b288503b14b9944afddafcf0b63187addab1bf80db83b85b172eb00544c")]
    [InlineData("V1_15_15", 3, 6789691,
        "616a13bbfacdf0b836904d73c837eeed04e08f7278699e9355b01a77811d6ba6")]
    [InlineData("V1_20", 4, 6858724,
        "b15f78ad31660a753927d8615f1122cfa924c35f79102b0871e6aa5c16e63500")]
    [InlineData("V1_15_15", 4, 6833826,
        "42821ae395ecb617f47b33a3c83cb4428a57c09e5344f1e7722ca0a3fa8e20eb")]
    [InlineData("V1_20", 5, 6805166,
        "7259abd086a0e09d6fd2c24e3873f6eb4fc3353d6bcbe938ecbc6b10335ca32c")]
    [InlineData("V1_15_15", 5, 6805273,
        "572abf6ae83bd2e38f463b59d2b6f31ee0436d5cba02c86b8c9ab862e01b40bf")]
    [InlineData("V1_20", 6, 6555268,
        "442b0cfda8a05f8bdda943d225e4def0edb6e18f6cb3d343def1cb79f2123dd2")]
    [InlineData("V1_15_15", 6, 6555370,
        "942a8b18fd151785c971805e0f6d8e888fb0f8cb9190b046326b0a49f3764b9a")]
    [InlineData("V1_20", 7, 6393734,
        "7eb9961130a1350a6c82d55ccc8f3edba0910b8a05f78658376aaf48e90b7c58")]
    [InlineData("V1_15_15", 7, 6393759,
        "4d0ec96a86dd17fc3df5de5b70486a6115fbd413b531f723d2b5c4f7adb4e623")]
    [InlineData("V1_20", 8, 6373292,
        "66f0cabb49867cf7cb78ece99485236c0b0f2fdef1a666f4e1e2736c649ceae3")]
    [InlineData("V1_15_15", 8, 6373318,
        "59549b3cf02349a1464e19980bc50c3d98a8ce59c0d2ec26a6283400eaf43533")]
    [InlineData("V1_20", 9, 6333934,
        "1a16cf1f2b9a6f5d624229660a6e56538b2bd808e138b69062c9ecfbbd9ee053")]
    [InlineData("V1_15_15", 9, 6399257,
        "a431e5bf32a5fbc5b7940bc0e1bfbe0618f66fd147f641b2905fd4dfbc970607")]
    [InlineData("V1_20", 0, 17662533,
        "e11728e9c47076f3ae83886f830fa8a2b328d3a6d7d4e454fed458906b397726")]
    [InlineData("V1_15_15", 0, 17662533,
        "e11728e9c47076f3ae83886f830fa8a2b328d3a6d7d4e454fed458906b397726")]
    [InlineData("V1_20", -2, 9558371,
        "8a6a5091842db27ca65e82f41e0d2945b72a68447663ea06203fa5a87a74f5f7")]
    [InlineData("V1_15_15", -2, 9558371,
        "8a6a5091842db27ca65e82f41e0d2945b72a68447663ea06203fa5a87a74f5f7")]
    [InlineData("V1_15_11", 7, 6390016,
        "bd01f839f497526003218595f74230149732d04f8aee5500c99e01fa79b18aa0")]
    [InlineData("V1_15_11", 8, 6369458,
        "7a499429b55162588c884539d8ca27d9eda697aa296fee972ef7c0b49305d72f")]
    [InlineData("V1_15_11", 9, 6394313,
        "184e933e65630d73741cf8882acb1aebcbf433f1e33af669090480f72129e727")]
    [InlineData("V1_18_0", 4, 6858829,
        "0f2168c40ea8f589033dc66edfa387a24530be3e0ca9d6b0f6698e853631bbdf")]
    [InlineData("V1_18_1", 1, 6981762,
        "0625d388a11c74c86609d89c1be10ab0f53f3734ea9bb38f5c93ead9c2f48f57")]
    [InlineData("V1_18_1", 2, 6872732,
        "5af216b8ba1ea7642c43ff5149323dd797ee8628bac3665f056ca3661ce1d8fd")]
    [InlineData("V1_18_1", 3, 6789596,
        "74a967f69a14d8b3250e0ac90eae822f3f827fad22743ce2739adeb3e7b07a8f")]
    [InlineData("V1_18_1", 4, 6858724,
        "b15f78ad31660a753927d8615f1122cfa924c35f79102b0871e6aa5c16e63500")]
    [InlineData("V1_18_1", 5, 6805166,
        "7259abd086a0e09d6fd2c24e3873f6eb4fc3353d6bcbe938ecbc6b10335ca32c")]
    [InlineData("V1_18_1", 6, 6555268,
        "442b0cfda8a05f8bdda943d225e4def0edb6e18f6cb3d343def1cb79f2123dd2")]
    public void Klauspost(string release, int level, long size, string digest) =>
        Check(Create(EncoderFamily.Klauspost + (byte)Enum.Parse<KlauspostRelease>(release), level), size, digest);

    // klauspost/pgzip 1.2.6 over these; 2 to the power of the third number is SetConcurrency's block size.
    [Theory]
    [InlineData("V1_20", 5, 18, 6807535,
        "c3d92f50abbe8950322aca6aad845f9264c2a1677565e4369f16eba852929f61")]
    [InlineData("V1_15_15", 5, 18, 6807642,
        "d960dd13a6e48ee844e2a6a735e9d7e46fbb339ebbef5142578a98e49c766fb1")]
    [InlineData("V1_20", 6, 18, 6562212,
        "f2942d96bfd926b5c48e19731ec9573ff112628387593115453848a589dc4f09")]
    [InlineData("V1_15_15", 6, 18, 6562324,
        "85ca81f63fd1b968d88f1ef3f5b672321a4191e0a2a09f6d766549ad9ca63684")]
    [InlineData("V1_20", 1, 18, 6996348,
        "38e083e5d556bc20c99750edb715daa71a21611a1b0a4e9923a6f842285b4b65")]
    [InlineData("V1_15_15", 1, 18, 6996429,
        "e8acf5c85ae06ead576052391df9022b89e6f0633e9a8a980787327881d4efaf")]
    [InlineData("V1_20", 9, 18, 6331072,
        "5e79e62a2b46f8be9b1ca9cf28abb392836b5661faece32e2a965247a14036fa")]
    [InlineData("V1_15_15", 9, 18, 6394342,
        "840f05cab5c787b42010bd17aea21f58c3199806490bef2f041c118a5c3d5bc4")]
    [InlineData("V1_20", 7, 18, 6399899,
        "f3f6f65709d976656830dcb693f6e230386973d7fc3b73d692887a0a51b9081d")]
    [InlineData("V1_15_15", 7, 18, 6399944,
        "2c8b1ef8381bd8627679735e7de8f280d0ee9e635663abaa9074ebb3a3b5c3e7")]
    [InlineData("V1_20", 5, 20, 6805573,
        "1d1e6cad6c84456d0f327e03d0bd1a211ee27bb33e33c6f301fbcb0164601bda")]
    [InlineData("V1_15_15", 5, 20, 6805681,
        "0b4428b6318ace8d7e6fed039994dd3a7155deb5b99c9dcd036b106323510621")]
    [InlineData("V1_18_2", 9, 18, 6331106,
        "9a3458614933589fb2e7fc45082e6ea487c77e0268a74f11fabec830c6f907c1")]
    public void Pgzip(string release, int level, int segmentBits, long size, string digest)
    {
        var family = segmentBits == 20 ? EncoderFamily.Pgzip : EncoderFamily.PgzipSmall;
        Check(Create(family + (byte)Enum.Parse<KlauspostRelease>(release), level), size, digest);
    }

    // compress/flate of Go 1.27.3, flushed and closed behind the content.
    [Theory]
    [InlineData("V1_20", 1, 6982558, "254a03fe4bce5a82a27bffa7c5c4654f682e059c8403c0a7f02b3602518f11d9")]
    [InlineData("V1_20", 5, 6805960, "fc09dfad55bba104375fcb70606b2193a11505f16f2dd0674e6ac3527085f5e3")]
    [InlineData("Go1_27", 9, 6334742, "09b523507719503afb572129f1cbdf219544ad802970a5497befabebcc6d67b7")]
    public void Flushed_before_the_end(string release, int level, long size, string digest) => Check(
        Create(EncoderFamily.KlauspostFlushed + (byte)Enum.Parse<KlauspostRelease>(release), level), size, digest);

    // Bytes that are new behind the first 32 KiB. Go 1.27.3 made the stream; klauspost/compress 1.20.3 makes another.
    [Fact]
    public void Go_1_27_at_level_9()
    {
        byte[] content = [.. EncoderContents.Make("text", 33_000), .. EncoderContents.Make("records", 31_000)];
        using var encoder = Create(EncoderFamily.Klauspost + (byte)KlauspostRelease.Go1_27, 9);
        var stream = EncodeAll(encoder, content);
        Assert.Equal(
            (28_248, "a8d8254ef503cb49a67ddfaf59f1836d70916abac38f10eba978eb08e68501e3"),
            (stream.Length, GzipContents.Sha256(stream)));
    }

    [Fact]
    public void Segments_of_pgzip_are_made_in_any_order()
    {
        var content = EncoderContents.Make("mixed", 900_000);
        using var encoder = Create(EncoderFamily.PgzipSmall + (byte)KlauspostRelease.V1_20, 5);
        var whole = EncodeAll(encoder, content);
        var parts = Enumerable.Range(0, 4).Reverse().Select(index => EncodeSegment(encoder, content, index)).ToList();
        parts.Reverse();
        Assert.Equal(whole, parts.SelectMany(part => part));
    }

    // Positions are counted on from stream to stream, and taken back at 2^30: here in the middle of a stream.
    [Theory]
    [InlineData("GoChunks", 1)]
    [InlineData("Klauspost", 1)]
    [InlineData("Klauspost", 2)]
    [InlineData("Klauspost", 3)]
    [InlineData("Klauspost", 4)]
    [InlineData("Klauspost", 5)]
    [InlineData("Klauspost", 6)]
    [InlineData("Klauspost", 7)]
    public void Positions_may_begin_anew(string family, int level)
    {
        var content = EncoderContents.Make("mixed", 1_500_000);
        using var encoder = Create(Enum.Parse<EncoderFamily>(family), level);
        var first = EncodeAll(encoder, content);
        var each = level < 7 ? 32768 : 65536;
        for (var used = 2_000_000L; used < (1 << 30) - each; used += each)
            encoder.Reset();
        Assert.Equal(first, EncodeAll(encoder, content));
        Assert.Equal(first, EncodeAll(encoder, content));
    }

    [Fact]
    public void Every_profile_has_an_encoder()
    {
        var profiles = SegmentEncoders.All.ToList();
        Assert.Equal(profiles.Count, profiles.Distinct().Count());
        foreach (var profile in profiles)
        {
            using var encoder = SegmentEncoders.Create(profile);
            Assert.NotEmpty(EncodeAll(encoder, []));
        }
    }

    [Theory]
    [InlineData(1, 6)]
    [InlineData(15, 1)]
    [InlineData(16, 2)]
    [InlineData(38, 5)]
    [InlineData(37, 10)]
    [InlineData(70, 5)]
    [InlineData(86, 5)]
    [InlineData(54, 9)]
    [InlineData(96, 5)]
    [InlineData(255, 5)]
    public void Other_profiles_have_none(byte family, byte level) =>
        Assert.False(SegmentEncoders.IsKnown(new EncoderProfile((EncoderFamily)family, level)));

    private static SegmentEncoder Create(EncoderFamily family, int level) =>
        SegmentEncoders.Create(new EncoderProfile(family, unchecked((byte)level)));

    /// <summary>One encoder makes all streams.</summary>
    private static void Check(SegmentEncoder encoder, long size, string digest)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var total = 0L;
        using (encoder)
        {
            foreach (var (kind, length) in EncoderContents.All)
            {
                var stream = EncodeAll(encoder, EncoderContents.Make(kind, length));
                sha.AppendData(stream);
                total += stream.Length;
            }
        }
        Assert.Equal((size, digest), (total, Convert.ToHexStringLower(sha.GetHashAndReset())));
    }

    private static byte[] EncodeAll(SegmentEncoder encoder, byte[] content)
    {
        encoder.Reset();
        using var output = new BitWriter();
        var segments = Math.Max(1, (content.Length + encoder.SegmentLength - 1) / encoder.SegmentLength);
        for (var index = 0; index < segments; index++)
            Encode(encoder, content, index, output);
        output.Align();
        return output.Whole.ToArray();
    }

    private static byte[] EncodeSegment(SegmentEncoder encoder, byte[] content, int index)
    {
        using var output = new BitWriter();
        Encode(encoder, content, index, output);
        return output.Whole.ToArray();
    }

    private static void Encode(SegmentEncoder encoder, byte[] content, int index, BitWriter output)
    {
        var start = index * encoder.SegmentLength;
        var end = Math.Min(start + encoder.SegmentLength, content.Length);
        var history = Math.Min(start, encoder.HistoryLength);
        encoder.Encode(content.AsSpan((start - history)..end), history, end == content.Length, output);
    }
}
