using System.Buffers;
using System.Security.Cryptography;
using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Zstd.Frames;
using Diffah.Engine.Compression.Zstd.Go;
using Diffah.Tests.Compression.Gzip;

namespace Diffah.Tests.Compression.Zstd.Go;

/// <summary>
/// The bytes are those of klauspost/compress. A digest is of the blocks of many frames, without their headers and
/// checksums: each content as the program streams it, then cut after 8 bytes, as image tools do that look at the first
/// bytes. Releases built with Go 1.26, of which each line names the first that was, and the last with the same digest.
/// </summary>
public sealed class GoLevelTests
{
    private const int Window = 8 << 20;

    private static readonly IReadOnlyList<byte[]> _contents =
    [
        .. from kind in EncoderContents.Kinds
           from size in (int[])[16, 33, 129, 5000, 131_071, 262_145]
           select EncoderContents.Make(kind, size),
        EncoderContents.Make("mixed", 1 << 20),
    ];

    // Level; minor and patch release; bytes of all blocks; their digest.
    [Theory]
    [InlineData(1, 14, 4, 2920066, "9431b758e5370a661902702f69add51c1d2678e163da850cbb0d37ff82c7c8eb")] // 1.16.0
    [InlineData(1, 16, 4, 2917719, "81ac0220f9a50ac10a28046b99cfe0d14df3d54c48fb5a61ee33ad89aa4f9b83")] // 1.17.6
    [InlineData(1, 18, 2, 2917629, "86910a9ff71fb91f1cca140c16891610ebbc1470e07b6d2190214601ec095af2")] // 1.19.1
    [InlineData(2, 14, 4, 2830645, "6d1f5f93a6d824c85fb66cf256a47eb94e7f8bd45e280635e7be1b75fa311692")] // 1.16.0
    [InlineData(2, 16, 4, 2909826, "42c574dbbf3f4a171982a4a8d137e87274c66975b292ab1e79691e4222230f08")] // 1.17.6
    [InlineData(2, 18, 2, 2909736, "3b54e8bd3974ed12abfa209779d2bf40fb76474ef2e7745580d1158e57317c90")] // 1.19.1
    [InlineData(3, 14, 4, 2822767, "3b482b1da0055f6e39b2c65ba4a0ccfd9e5a43928f088e0aa8aaa4eb0a79839c")] // 1.15.9
    [InlineData(3, 15, 12, 2822143, "6cdaf6e995c12c73e6d210e1ade0305b96df77f72d212f2d84a6062f0d7dfad8")] // 1.16.0
    [InlineData(3, 16, 4, 2744841, "a2d2ff4f6a4796eb739630b8740e6fa288cc545c33dd71d2ddd544b07184649d")] // 1.17.2
    [InlineData(3, 17, 4, 2765678, "26913ce20b7c97f4c44c44682a91d0c23f76b347b474bdcb0e377dd514bcfdd5")] // 1.17.6
    [InlineData(3, 18, 2, 2765477, "3220dffb68435cff7e70b3d108d38391d5259d45f39ff68d8472598adda86011")] // 1.19.1
    [InlineData(4, 14, 4, 2736212, "68b31ac0b43ebdcd64a8d1e6dc2f07ea75f9f8b7f7aa4e57de60f2522ab83d09")] // 1.15.12
    [InlineData(4, 15, 15, 2733595, "bbe9a5d1cd22505e2b2e4f45e651194bbbf94fee16463218b8ddd54054bf5080")] // 1.16.0
    [InlineData(4, 16, 4, 2693659, "ef84562006f790b003c8a5974138529a7dcdb56162ae6ab7770e8aa49df4772e")] // 1.17.2
    [InlineData(4, 17, 4, 2692670, "9ce4e0ac33b56cc801999b092a46882eaff7bd2f8882775ee880f2498eac946d")]
    [InlineData(4, 17, 6, 2693326, "34973cab5262f5a589eece7f4045fb2d28b19737e6ea5b5fb42b2f4142c83639")]
    [InlineData(4, 18, 2, 2693129, "1037cb1693b83f7c843009a89ca5cf4e27c47f413ef574af07f9c5f7e43fcca7")] // 1.19.1
    public void Blocks_are_those_of_the_program(byte level, int minor, int patch, int length, string digest)
    {
        var profile = Profile(level, GoRelease.Of(minor, patch));
        var blocks = new ArrayBufferWriter<byte>();
        foreach (var content in _contents)
        {
            Encode(profile, content, cut: null, blocks);
            Encode(profile, content, cut: 8, blocks);
        }
        Assert.Equal(length, blocks.WrittenCount);
        Assert.Equal(digest, Convert.ToHexStringLower(SHA256.HashData(blocks.WrittenSpan)));
    }

    /// <summary>The tables of matchers go from frame to frame; what they remember is moved down now and then.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Frames_before_do_not_matter(byte level)
    {
        var profile = Profile(level, GoRelease.Of(19, 1));
        var content = EncoderContents.Make("text", 5000);
        var first = new ArrayBufferWriter<byte>();
        Encode(profile, content, cut: null, first);
        for (var frame = 0; frame < 140; frame++)
        {
            var again = new ArrayBufferWriter<byte>();
            Encode(profile, content, cut: null, again);
            Assert.True(first.WrittenSpan.SequenceEqual(again.WrittenSpan), $"Frame {frame}.");
        }
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    [InlineData(3, false)]
    [InlineData(4, true)]
    [InlineData(4, false)]
    public void What_is_remembered_is_right_when_it_is_moved_down_within_a_frame(byte level, bool isNewest)
    {
        const int window = 1 << 18;
        var content = EncoderContents.Make("mixed", 1 << 20);
        var release = isNewest ? GoRelease.Of(19, 1) : GoRelease.First;
        var expected = Sequences(level, release, new GoHistory(window), content);
        var history = new GoHistory(window);
        var other = GoLevels.Matcher(level, release);
        while (history.Base <= (1 << 30) - window)
        {
            history.Append([0], other);
            history.Restart();
        }
        var before = history.Base;
        Assert.Equal(expected, Sequences(level, release, history, content));
        Assert.True(history.Base < before);
    }

    private static List<ZstdSequence> Sequences(byte level, byte release, GoHistory history, byte[] content)
    {
        var matcher = GoLevels.Matcher(level, release);
        var draft = new ZstdBlockDraft();
        var sequences = new List<ZstdSequence>();
        foreach (var block in content.Chunk(1 << 16))
        {
            history.Append(block, matcher);
            draft.Clear();
            matcher.Fill(history, draft);
            sequences.AddRange(draft.Sequences);
        }
        return sequences;
    }

    private static ZstdProfile Profile(byte level, byte release)
    {
        foreach (var generation in GoLevels.Generations(level))
        {
            if (generation <= release)
                return new ZstdProfile(ZstdFamily.Go, generation, level);
        }
        throw new ArgumentException("No such release.");
    }

    private static void Encode(ZstdProfile profile, byte[] content, int? cut, IBufferWriter<byte> blocks)
    {
        using var encoder = GoEncoders.Create(profile, Header(profile.Level, content.Length, cut != null), blocks);
        if (cut is { } length)
        {
            encoder.Write(content.AsSpan(0, length));
            encoder.EndBlock();
        }
        encoder.Write(content.AsSpan(cut ?? 0));
        encoder.Finish();
    }

    /// <summary>A stream that has one block only is a frame with its size, as if the program had got it at once.
    /// </summary>
    private static ZstdFrameHeader Header(byte level, int length, bool isCut)
    {
        const int leastWindow = 1024;
        if (isCut || length > GoLevels.BlockSize(level, Window))
            return new ZstdFrameHeader(Window, null);
        return length > leastWindow
            ? new ZstdFrameHeader((ulong)length, (ulong)length) { IsSingleSegment = true }
            : new ZstdFrameHeader(leastWindow, length >= 256 ? (ulong)length : null);
    }
}
