using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Tests.Support;

namespace Diffah.Tests.Compression;

public sealed class ZstdStreamTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _content = [.. SampleImage.Layer(1, 1, 300_000), .. new byte[300_000]];

    public void Dispose() => _folder.Dispose();

    public static TheoryData<int, bool> Ways =>
        new() { { 1, true }, { 1000, false }, { 1000, true }, { 131_072, true }, { 2_000_000, false },
            { 2_000_000, true } };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task What_is_compressed_is_read_back(int chunk, bool asynchronous)
    {
        var content = chunk == 1 ? _content[..5000] : _content;
        Assert.Equal(content,
            await DrainAsync(StoredBytes.Zstd(new MemoryStream(Compress(content))), chunk, asynchronous));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(131_072)]
    [InlineData(262_144)]
    public async Task Every_size_is_read_back(int size)
    {
        var content = _content[..size];
        Assert.Equal(
            content, await DrainAsync(StoredBytes.Zstd(new MemoryStream(Compress(content))), 4096, true));
        Assert.Equal(
            content,
            await DrainAsync(
                StoredBytes.Zstd(
                    new MemoryStream(Compress(content, new ZstdSettings(3, ContentSize: size)))), 4096, false));
    }

    [Fact]
    public async Task A_source_of_one_byte_at_a_time_is_read_back()
    {
        var compressed = Compress(_content[..20_000]);
        Assert.Equal(_content[..20_000],
            await DrainAsync(StoredBytes.Zstd(new TrickleStream(compressed)), 4096, true));
        Assert.Equal(
            _content[..20_000], await DrainAsync(StoredBytes.Zstd(new TrickleStream(compressed)), 7, false));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(1_000_000, true)]
    public async Task Frames_one_after_the_other_are_one_content(int chunk, bool asynchronous)
    {
        byte[] frames = [.. Compress(_content[..9]), .. Compress([]), .. Skippable(100), .. Compress(_content[..5000])];
        byte[] expected = [.. _content[..9], .. _content[..5000]];
        Assert.Equal(
            expected, await DrainAsync(StoredBytes.Zstd(new MemoryStream(frames)), chunk, asynchronous));
        Assert.Equal(
            expected, await DrainAsync(StoredBytes.Zstd(new TrickleStream(frames)), chunk, asynchronous));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(1000)]
    [InlineData(-1)]
    public async Task A_frame_cut_short_fails(int length)
    {
        var frame = Compress(_content);
        var cut = frame[..(length < 0 ? frame.Length + length : length)];
        await Assert.ThrowsAsync<InvalidDataException>(
            () => DrainAsync(StoredBytes.Zstd(new MemoryStream(cut)), 100_000, true));
        await Assert.ThrowsAsync<InvalidDataException>(
            () => DrainAsync(StoredBytes.Zstd(new TrickleStream(cut)), 100_000, false));
    }

    [Fact]
    public async Task A_frame_cut_in_the_middle_of_the_second_fails()
    {
        byte[] frames = [.. Compress(_content[..100]), .. Compress(_content[..100])[..^3]];
        await Assert.ThrowsAsync<InvalidDataException>(
            () => DrainAsync(StoredBytes.Zstd(new MemoryStream(frames)), 100_000, true));
    }

    [Fact]
    public async Task Something_else_after_a_frame_fails()
    {
        byte[] bytes = [.. Compress(_content), .. "something else"u8];
        await Assert.ThrowsAsync<InvalidDataException>(
            () => DrainAsync(StoredBytes.Zstd(new MemoryStream(bytes)), 100_000, true));
    }

    [Fact]
    public async Task Damage_fails_or_shows()
    {
        var frame = Compress(_content);
        var random = new Random(5);
        for (var round = 0; round < 200; round++)
        {
            var damaged = frame.ToArray();
            damaged[random.Next(damaged.Length)] ^= (byte)random.Next(1, 256);
            try
            {
                await DrainAsync(StoredBytes.Zstd(new MemoryStream(damaged)), 100_000, true, 4_000_000);
            }
            catch (InvalidDataException)
            {
                // The only exception that damage may cause.
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1_000_000)]
    public async Task A_patch_is_read_back_against_its_prefix(int chunk)
    {
        using var prefix = Map(_content);
        var content = Changed();
        var patch = Compress(content, new ZstdSettings(3, 27, LongDistanceMatching: true), prefix);
        Assert.True(patch.Length < 2000, $"{patch.Length}");
        Assert.Equal(content, await DrainAsync(
            new ZstdDecompressionStream(new MemoryStream(patch), prefix.Buffer, prefix.Length), chunk, chunk > 1));
        Assert.Equal(content, await DrainAsync(
            new ZstdDecompressionStream(new TrickleStream(patch), prefix.Buffer, prefix.Length), 100_000, true));
    }

    [Fact]
    public async Task Nothing_may_follow_a_patch()
    {
        using var prefix = Map(_content);
        var patch = Compress(Changed(), new ZstdSettings(3, 27, LongDistanceMatching: true), prefix);
        foreach (var after in new byte[][] { [0], Compress([1, 2, 3]), Skippable(10) })
        {
            byte[] bytes = [.. patch, .. after];
            await Assert.ThrowsAsync<InvalidDataException>(() => DrainAsync(
                new ZstdDecompressionStream(new MemoryStream(bytes), prefix.Buffer, prefix.Length), 100_000, true));
            await Assert.ThrowsAsync<InvalidDataException>(() => DrainAsync(
                new ZstdDecompressionStream(new TrickleStream(bytes), prefix.Buffer, prefix.Length), 100_000, true));
        }
        await Assert.ThrowsAsync<InvalidDataException>(() => DrainAsync(
            new ZstdDecompressionStream(new MemoryStream(patch[..^1]), prefix.Buffer, prefix.Length), 100_000, true));
    }

    [Fact]
    public async Task A_patch_against_another_prefix_does_not_give_the_content()
    {
        using var prefix = Map(_content);
        using var other = Map(SampleImage.Layer(9, 9, 600_000));
        var content = Changed();
        var patch = Compress(content, new ZstdSettings(3, 27, LongDistanceMatching: true), prefix);
        byte[]? read = null;
        try
        {
            read = await DrainAsync(
                new ZstdDecompressionStream(new MemoryStream(patch), other.Buffer, other.Length), 100_000, true);
        }
        catch (InvalidDataException)
        {
            // As good: the reader compares digests afterwards.
        }
        Assert.NotEqual(content, read);
    }

    [SkippableFact]
    public async Task The_zstd_tool_agrees()
    {
        await File.WriteAllBytesAsync(_folder["prefix"], _content);
        await File.WriteAllBytesAsync(_folder["content"], Changed());
        using var prefix = Map(_content);
        await File.WriteAllBytesAsync(_folder["ours"], Compress(
            Changed(), new ZstdSettings(19, 27, LongDistanceMatching: true, ContentSize: Changed().Length), prefix));
        await ExternalTool.RunAsync("zstd", "-q", "-d", "--long=27", $"--patch-from={_folder["prefix"]}",
            _folder["ours"], "-o", _folder["read"]);
        Assert.Equal(Changed(), await File.ReadAllBytesAsync(_folder["read"]));
        await ExternalTool.RunAsync("zstd", "-q", "-19", "--long=27", $"--patch-from={_folder["prefix"]}",
            _folder["content"], "-o", _folder["theirs"]);
        var theirs = await File.ReadAllBytesAsync(_folder["theirs"]);
        Assert.Equal(Changed(), await DrainAsync(
            new ZstdDecompressionStream(new MemoryStream(theirs), prefix.Buffer, prefix.Length), 100_000, true));
    }

    [Fact]
    public void An_unfinished_frame_is_no_frame()
    {
        using var output = new MemoryStream();
        using (var zstd = new ZstdCompressionStream(output, new ZstdSettings(3)))
            zstd.Write(_content);
        Assert.Throws<InvalidDataException>(
            () => StoredBytes.Zstd(new MemoryStream(output.ToArray())).CopyTo(Stream.Null));
    }

    [Fact]
    public async Task The_streams_may_be_disposed_of_twice_and_not_used_afterwards()
    {
        var read = StoredBytes.Zstd(new MemoryStream(Compress(_content)));
        await read.DisposeAsync();
        await read.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => read.Read(new byte[1], 0, 1));
        var written = new ZstdCompressionStream(Stream.Null, new ZstdSettings(3));
        await written.DisposeAsync();
        await written.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => written.Write([1]));
    }

    private byte[] Changed()
    {
        var changed = _content.ToArray();
        changed[1000] ^= 0xFF;
        changed[200_000] ^= 0xFF;
        return changed;
    }

    private MappedFile Map(byte[] bytes)
    {
        var path = _folder[Guid.NewGuid().ToString("N")];
        File.WriteAllBytes(path, bytes);
        return new MappedFile(path);
    }

    private static byte[] Compress(byte[] content, ZstdSettings? settings = null, MappedFile? prefix = null)
    {
        using var output = new MemoryStream();
        using (var zstd = new ZstdCompressionStream(
            output, settings ?? new ZstdSettings(3), prefix?.Buffer, prefix?.Length ?? 0))
        {
            for (var at = 0; at < content.Length; at += 10_007)
                zstd.Write(content.AsSpan(at, Math.Min(10_007, content.Length - at)));
            zstd.Finish();
        }
        return output.ToArray();
    }

    // RFC 8878 §3.1.2.
    private static byte[] Skippable(int length) => [0x50, 0x2A, 0x4D, 0x18, (byte)length, 0, 0, 0, .. new byte[length]];

    private static async Task<byte[]> DrainAsync(
        Stream stream, int chunk, bool asynchronous, long limit = long.MaxValue)
    {
        await using (stream)
        {
            using var all = new MemoryStream();
            var buffer = new byte[chunk];
            while (all.Length < limit)
            {
                var read = asynchronous ? await stream.ReadAsync(buffer) : stream.Read(buffer, 0, chunk);
                if (read == 0)
                    break;
                all.Write(buffer, 0, read);
            }
            return all.ToArray();
        }
    }
}
