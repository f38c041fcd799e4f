using Diffah.Engine.Compression.Mixing;
using Diffah.Fuzz.Building;
using Diffah.Tests.Deltas.Codecs.Content.Executables;
using Diffah.Tests.Support;
using ZstdSharp;

namespace Diffah.Tests.Compression.Mixing;

public sealed class MixedBytesTests
{
    public static TheoryData<string> Contents => ["random", "zeros", "text", "binary", "one", "docs"];

    [Theory]
    [MemberData(nameof(Contents))]
    public void Bytes_come_back_however_they_are_asked_for(string kind)
    {
        var bytes = Content(kind);
        var packed = Pack(bytes);
        foreach (var step in new[] { 1, 7, 4096, bytes.Length })
            Assert.Equal(bytes, Unpack(packed, bytes.Length, step));
    }

    [Fact]
    public void No_bytes_take_no_bytes() => Assert.Empty(Pack([]));

    [Fact]
    public void Random_bytes_take_hardly_more_than_they_are() =>
        Assert.InRange(Pack(Content("random")).Length, 50_000, 51_500);

    [Theory]
    [InlineData("docs/format.md")]
    [InlineData("docs/content-patch.md")]
    [InlineData("docs/architecture.md")]
    public void Text_takes_less_than_zstd_makes_of_it(string path)
    {
        var text = File.ReadAllBytes(Path.Combine(Repository.Root, path));
        using var zstd = new Compressor(19);
        Assert.InRange(Pack(text).Length, 1, zstd.Wrap(text).Length - 1);
    }

    [Fact]
    public void Bytes_behind_those_that_are_asked_for_are_refused()
    {
        var bytes = Content("text");
        Assert.Throws<InvalidDataException>(() => Unpack([.. Pack(bytes), .. new byte[9]], bytes.Length, 4096));
    }

    [Fact]
    public void Bytes_that_are_cut_short_give_an_error_or_other_bytes()
    {
        var bytes = Content("docs")[..1500];
        var packed = Pack(bytes);
        for (var length = 0; length < packed.Length; length++)
        {
            try
            {
                Assert.NotEqual(bytes, Unpack(packed[..length], bytes.Length, 4096));
            }
            catch (InvalidDataException)
            {
            }
        }
        Assert.Throws<InvalidDataException>(() => Unpack(packed[..(packed.Length / 2)], bytes.Length, 4096));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Damaged_bytes_give_an_error_or_as_many_other_bytes(int seed)
    {
        var random = new Random(seed);
        var bytes = Content("binary")[..2000];
        var packed = Pack(bytes);
        for (var round = 0; round < 60; round++)
        {
            var damaged = packed.ToArray();
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                Assert.Equal(bytes.Length, Unpack(damaged, bytes.Length, 4096).Length);
            }
            catch (InvalidDataException)
            {
            }
        }
    }

    private static byte[] Content(string kind) => kind switch
    {
        "random" => new Dice(5).Bytes(50_000),
        "zeros" => new byte[50_000],
        "text" => ContentPair.Tar("a", 1, 50_000),
        "binary" => new ExecutableObject("shared-1").Bytes,
        "one" => [42],
        _ => File.ReadAllBytes(Path.Combine(Repository.Root, "docs", "limits.md")),
    };

    private static byte[] Pack(byte[] bytes)
    {
        using var packed = new MemoryStream();
        MixedBytes.Write(new MemoryStream(bytes), packed, default);
        return packed.ToArray();
    }

    private static byte[] Unpack(byte[] packed, int length, int step)
    {
        using var stream = new MixedByteStream(new MemoryStream(packed), length);
        var bytes = new byte[length];
        for (var done = 0; done < length;)
        {
            var read = stream.Read(bytes.AsSpan(done, Math.Min(step, length - done)));
            Assert.InRange(read, 1, step);
            done += read;
        }
        Assert.Equal(0, stream.Read(new byte[1]));
        return bytes;
    }
}
