using System.Security.Cryptography;
using Diffah.Tests.Compression.Gzip;

namespace Diffah.Tests.Compression.Zstd.Go;

/// <summary>
/// The blocks are those of klauspost/compress zstd, level Default (2). The digests are over the blocks of all contents
/// of 9 bytes or more (the last: of 1,501 or more), as the releases wrote them; headers and checksums are left out.
/// </summary>
public sealed class GoDefaultTests
{
    private static readonly int[] Cuts = [8, 40, 100, 300, 700, 1500];

    private static readonly Lazy<(string Kind, int Size, byte[] Content)[]> Contents =
        new(() => [.. from each in EncoderContents.All
            select (each.Kind, each.Size, EncoderContents.Make(each.Kind, each.Size))]);

    // io.Copy into the encoder: 1.14.4, 1.15.12 and 1.16.0 wrote the first; 1.16.4, 1.17.2 and 1.17.6 the second and
    // third; 1.18.2 and 1.19.1 the last.
    [Theory]
    [InlineData(14, 2, "195765bd8a648ce63decfd79bf40de07")]
    [InlineData(16, 4, "fc7c7c5b6f1c2cf1464792cefd60b57d")]
    [InlineData(17, 0, "fc7c7c5b6f1c2cf1464792cefd60b57d")]
    [InlineData(17, 8, "9c5655829b551635bdad21be5a0d785b")]
    public void Streams_are_those_of_the_release(int minor, int patch, string digest) => Assert.Equal(
        digest, Digest(9, content => GoFrames.Blocks(GoFrames.Default(minor, patch), GoFrames.Stream, content)));

    // EncodeAll by the same releases.
    [Theory]
    [InlineData(14, 2, "8be5c229751f2952a02e94aa64c3737c")]
    [InlineData(16, 4, "57cb96b279426f27fc9ad8f858022387")]
    [InlineData(17, 0, "57cb96b279426f27fc9ad8f858022387")]
    [InlineData(17, 8, "6beec6c918f4bdfdc581d5565c81d9b1")]
    public void Whole_frames_are_those_of_the_release(int minor, int patch, string digest) => Assert.Equal(
        digest,
        Digest(9, content =>
            GoFrames.Blocks(GoFrames.Default(minor, patch), GoFrames.Whole(content.Length), content)));

    // Flush at each cut, by 1.16.0, 1.16.4, 1.17.6 and 1.19.1.
    [Theory]
    [InlineData(14, 2, "b0523539192c415da02bbebf8f6537d5")]
    [InlineData(16, 4, "1fc704bf6d84c927eacc245f469e392e")]
    [InlineData(17, 0, "c77141d47716c595235c3e0e36094ae8")]
    [InlineData(17, 8, "67ebb6127d6a515b05c68deb1e6777ce")]
    public void Flushed_streams_are_those_of_the_release(int minor, int patch, string digest) => Assert.Equal(
        digest,
        Digest(1501, content =>
            GoFrames.Blocks(GoFrames.Default(minor, patch), GoFrames.Stream, content, Cuts)));

    [Fact]
    public void Every_frame_decodes_to_its_content()
    {
        foreach (var (_, _, content) in Contents.Value)
        {
            var blocks = GoFrames.Blocks(GoFrames.Default(17, 8), GoFrames.Stream, content);
            Assert.True(content.AsSpan().SequenceEqual(GoFrames.Decode(blocks)));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(131_073)]
    public void It_does_not_matter_how_content_is_cut(int length)
    {
        var content = EncoderContents.Make("mixed", 262_145);
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var profile = GoFrames.Default(17, 8);
        using var encoder = Diffah.Engine.Compression.Zstd.Go.GoEncoders.Create(profile, GoFrames.Stream, output);
        foreach (var piece in content.Chunk(length))
            encoder.Write(piece);
        encoder.Finish();
        Assert.Equal(GoFrames.Blocks(profile, GoFrames.Stream, content), output.WrittenSpan.ToArray());
    }

    /// <summary>An empty stream's only block is raw, empty and the last, as its header alone says.</summary>
    [Fact]
    public void Nothing_is_one_empty_block() =>
        Assert.Equal([1, 0, 0], GoFrames.Blocks(GoFrames.Default(17, 8), GoFrames.Stream, []));

    private static string Digest(int least, Func<byte[], byte[]> blocks)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, size, content) in Contents.Value)
        {
            if (size >= least)
                all.AppendData(blocks(content));
        }
        return Convert.ToHexStringLower(all.GetHashAndReset())[..32];
    }
}
