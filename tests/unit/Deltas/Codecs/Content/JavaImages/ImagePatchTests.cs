using Diffah.Engine.Deltas.Codecs.Content.Models;
using Diffah.Engine.Deltas.Codecs.Content.Streams;
using Diffah.Engine.Deltas.Codecs.Content.Structure;
using Diffah.Fuzz.Building;
using Diffah.Tests.Support;
using Diffah.Tests.Support.SecondReader;

namespace Diffah.Tests.Deltas.Codecs.Content.JavaImages;

/// <summary>Patches of contents with images.</summary>
public sealed class ImagePatchTests : IDisposable
{
    private static readonly StreamKey Descriptions = new((byte)FileClass.JavaClass, StreamKind.Descriptions);
    private static readonly StreamKey Nestings = new((byte)FileClass.JavaClass, StreamKind.Nestings);

    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _oldFolder = new();
    private readonly PatchBench _bench;
    private readonly PatchBench _oldBench;

    public ImagePatchTests() =>
        (_bench, _oldBench) = (
            new PatchBench(_folder.Path), new PatchBench(_oldFolder.Path, ModelSize.None));

    public void Dispose()
    {
        _folder.Dispose();
        _oldFolder.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void An_image_comes_back_and_so_it_does_by_the_second_reader(ulong seed)
    {
        for (var round = 0; round < 12; round++)
        {
            var (old, now) = Pair(Dice.For(seed, "java image", round), 20 + (40 * round));
            var (patch, used) = _bench.Encode(now, [old]);
            Assert.Equal(now, _bench.Decode(patch, used, now.Length));
            Assert.Equal(now, ContentReader.Read(patch, used));
            Assert.Equal(65 | 2, PatchParts.Of(patch).Streams[Descriptions][0]);
        }
    }

    [Fact]
    public void The_index_takes_next_to_nothing()
    {
        var (old, now) = Pair(new Dice(11), 3000);
        var (patch, _) = _bench.Encode(now, [old]);
        var (oldPatch, used) = _oldBench.Encode(now, [old]);
        Assert.InRange(patch.Length, 1, oldPatch.Length - 25_000);
        Assert.Equal(now, _oldBench.Decode(oldPatch, used, now.Length));
        Assert.DoesNotContain(PatchParts.Of(oldPatch).Streams.Keys, k => k.Kind == StreamKind.Nestings);
    }

    [Fact]
    public void A_reader_of_the_older_rules_refuses_it()
    {
        var (old, now) = Pair(new Dice(12), 100);
        var (patch, used) = _bench.Encode(now, [old]);
        var error = Assert.Throws<InvalidDataException>(void () => _oldBench.Decode(patch, used, now.Length));
        Assert.Contains("told in an unknown way", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_image_on_both_sides_is_told_as_ever()
    {
        var (old, now) = Pair(new Dice(13), 100);
        foreach (var (from, to) in ((byte[], byte[])[])[(Damaged(old, 512), now), (old, Damaged(now, 512 + 30))])
        {
            var (patch, used) = _bench.Encode(to, [from]);
            Assert.Equal(to, _bench.Decode(patch, used, to.Length));
            Assert.Equal(_oldBench.Encode(to, [from]).Patch, patch);
        }
    }

    [Theory]
    [InlineData(64)]
    [InlineData(64 | 1 | 4)]
    [InlineData(64 | 1 | 16)]
    [InlineData(64 | 1 | 32)]
    [InlineData(128 | 1)]
    public void Flags_that_do_not_go_together_are_refused(byte flags)
    {
        var (old, now) = Pair(new Dice(14), 30);
        var (patch, used) = _bench.Encode(now, [old]);
        var parts = PatchParts.Of(patch);
        parts.Streams[Descriptions] = [(byte)(flags | (flags & 1) << 1)];
        var error = Assert.Throws<InvalidDataException>(void () => _bench.Decode(parts.ToBytes(), used, now.Length));
        Assert.Contains("told in an unknown way", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_of_a_file_is_not_made_of_the_rest()
    {
        var dice = new Dice(17);
        var text = dice.Bytes(900);
        var (old, now) = (ContentPair.Tar("a.gz", SmallZip.Gzip(text)),
            ContentPair.Tar("a.gz", SmallZip.Gzip([.. text, 1])));
        var (patch, used) = _bench.Encode(now, [old]);
        var parts = PatchParts.Of(patch);
        var descriptions = parts.Streams.Single(s => s.Key.Kind == StreamKind.Descriptions).Value;
        Assert.Equal([7, 3], descriptions);
        descriptions[1] |= 64;
        var error = Assert.Throws<InvalidDataException>(void () => _bench.Decode(parts.ToBytes(), used, now.Length));
        Assert.Contains("told in an unknown way", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_that_is_told_by_no_image_is_refused()
    {
        var (old, now) = Pair(new Dice(15), 30);
        var (patch, used) = _bench.Encode(now, [old]);
        used[0] = Damaged(used[0], 512);
        var error = Assert.Throws<InvalidDataException>(void () => _bench.Decode(patch, used, now.Length));
        Assert.Contains("where there is none", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Skeletons_that_are_cut_or_damaged_are_refused_or_give_other_bytes_of_the_same_length()
    {
        var (old, now) = Pair(new Dice(16), 40);
        var (patch, used) = _bench.Encode(now, [old]);
        for (var round = 0; round < 150; round++)
        {
            var parts = PatchParts.Of(patch);
            parts.Damage(Dice.For(16, "damage", round));
            try
            {
                Assert.Equal(now.Length, _bench.Decode(parts.ToBytes(), used, now.Length).Length);
            }
            catch (InvalidDataException)
            {
                // Refused.
            }
        }
        var longer = PatchParts.Of(patch);
        longer.Streams[Nestings] = [0xFF, 0xFF, 0xFF, 0xFF, 0x0F];
        Assert.Throws<InvalidDataException>(void () => _bench.Decode(longer.ToBytes(), used, now.Length));
    }

    private static (byte[] Old, byte[] Now) Pair(Dice dice, int count)
    {
        var builder = JavaImageBuilder.Random(dice, count);
        var old = builder.Build();
        builder.Edit(dice);
        return (Tar(old), Tar(builder.Build()));
    }

    private static byte[] Tar(byte[] image) => ContentPair.Tar("lib/modules", image);

    private static byte[] Damaged(byte[] content, int at)
    {
        var damaged = content.ToArray();
        damaged[at] ^= 1;
        return damaged;
    }
}
