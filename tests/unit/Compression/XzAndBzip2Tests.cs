using System.Buffers.Binary;
using Diffah.Engine.Compression;
using Diffah.Engine.Diagnostics;
using Diffah.Tests.Support;

namespace Diffah.Tests.Compression;

public sealed class XzAndBzip2Tests
{
    public static TheoryData<byte[]> Checked { get; } = new(
        CompressedVectors.XzCrc32, CompressedVectors.XzCrc64, CompressedVectors.XzSha256);

    public static TheoryData<byte[]> All { get; } = new(
        CompressedVectors.XzNone, CompressedVectors.XzCrc32, CompressedVectors.XzCrc64, CompressedVectors.XzSha256,
        CompressedVectors.Bzip2);

    [Theory]
    [MemberData(nameof(All))]
    public async Task What_another_library_packed_is_read(byte[] packed) =>
        Assert.Equal(CompressedVectors.Content, await ReadAsync(packed));

    [Theory]
    [MemberData(nameof(All))]
    public async Task Streams_follow_one_another(byte[] packed) =>
        Assert.Equal(Joined(CompressedVectors.Content, 3), await ReadAsync(Joined(packed, 3)));

    [Theory]
    [InlineData(4)]
    [InlineData(512)]
    [InlineData(200_000)]
    public async Task Zeros_may_stand_between_the_streams_of_xz_and_behind_them(int zeros) =>
        Assert.Equal(
            Joined(CompressedVectors.Content, 2),
            await ReadAsync(
                [.. CompressedVectors.XzCrc64, .. new byte[zeros], .. CompressedVectors.XzNone, .. new byte[zeros]]));

    [Fact]
    public async Task Padding_comes_in_four_bytes_at_a_time() =>
        await Assert.ThrowsAsync<InvalidDataException>(
            () => ReadAsync([.. CompressedVectors.XzCrc64, .. new byte[3], .. CompressedVectors.XzCrc64]));

    [Theory]
    [MemberData(nameof(Checked))]
    public async Task No_changed_bit_of_xz_is_overlooked(byte[] packed)
    {
        // Behind the headers of stream, block and chunk there is a byte that is 0 and means nothing; the library passes
        // over it.
        const int meaningless = 30;
        for (var i = 6; i < packed.Length; i++)
        {
            if (i == meaningless)
                continue;
            var damaged = (byte[])packed.Clone();
            damaged[i] ^= (byte)(1 << (i % 8));
            var error = await Record.ExceptionAsync(() => ReadAsync(damaged));
            Assert.True(
                error is InvalidDataException or DiffahException { Error.Code: "CompressionUnknown" },
                $"byte {i} of {packed.Length}: {error?.GetType().Name ?? "nothing was said"}");
        }
    }

    [Fact]
    public async Task No_changed_bit_of_bzip2_gives_other_content()
    {
        var packed = CompressedVectors.Bzip2;
        for (var i = 10; i < packed.Length; i++)
        {
            var damaged = (byte[])packed.Clone();
            damaged[i] ^= (byte)(1 << (i % 8));
            try
            {
                Assert.Equal(CompressedVectors.Content, await ReadAsync(damaged));
            }
            catch (InvalidDataException)
            {
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task What_is_cut_short_is_refused(byte[] packed)
    {
        for (var length = 10; length < packed.Length; length++)
            await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(packed[..length]));
    }

    [Fact]
    public async Task A_filter_beside_LZMA2_is_named_and_not_called_damage()
    {
        var error = await Assert.ThrowsAsync<DiffahException>(() => ReadAsync(CompressedVectors.XzX86));
        Assert.Equal(DiffahErrors.CompressionUnknown, error.Error);
        Assert.Contains("filter", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("again from", error.NextAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dictionary_counts_against_the_memory_budget()
    {
        var small = new DecompressionBounds(memoryBudget: 200 << 20);
        var error = await Assert.ThrowsAsync<DiffahException>(() => ReadAsync(CompressedVectors.Xz256, small));
        Assert.Equal(DiffahErrors.MemoryBudgetExceeded, error.Error);
        Assert.Contains("256MiB", error.NextAction, StringComparison.Ordinal);
        var enough = new DecompressionBounds(memoryBudget: 256 << 20);
        Assert.Equal(CompressedVectors.Content, await ReadAsync(CompressedVectors.Xz256, enough));
    }

    // .xz file format, section 5.3.1: 37 is 1.5 GiB, 38 is 2 GiB, 40 is the largest there is.
    [Theory]
    [InlineData(37, 1535, "MemoryBudgetExceeded")]
    [InlineData(38, 0, "CompressionUnknown")]
    [InlineData(40, 0, "CompressionUnknown")]
    public async Task A_dictionary_above_a_gibibyte_and_a_half_is_named(byte dictionary, long mebibytes, string code)
    {
        // Behind the stream's header of 12 bytes: length, flags, filter, its properties' length, the dictionary.
        var packed = (byte[])CompressedVectors.Xz256.Clone();
        packed[16] = dictionary;
        BinaryPrimitives.WriteUInt32LittleEndian(packed.AsSpan(20), Crc32(packed.AsSpan(12, 8)));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = await Assert.ThrowsAsync<DiffahException>(
            () => ReadAsync(packed, new DecompressionBounds(memoryBudget: mebibytes << 20)));
        Assert.Equal(code, error.Error.Code);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
    }

    [SkippableTheory]
    [InlineData("xz", "-T2", "--block-size=65536")]
    [InlineData("xz", "-9e")]
    [InlineData("bzip2", "-1")]
    [InlineData("pbzip2", "-b1")]
    public async Task What_the_tools_write_is_read(string tool, params string[] options)
    {
        using var folder = new TemporaryFolder();
        var content = SampleImage.Layer(1, 3, 700_000);
        await File.WriteAllBytesAsync(folder["f"], content);
        await ExternalTool.RunAsync(tool, [.. options, folder["f"]]);
        Assert.Equal(content, await ReadAsync(await File.ReadAllBytesAsync(Directory.GetFiles(folder.Path).Single())));
    }

    [Fact]
    public async Task It_is_read_in_steps_of_any_size()
    {
        foreach (var packed in (byte[][])[CompressedVectors.XzCrc64, CompressedVectors.Bzip2])
        {
            var (_, content) = await CompressionFormat.OpenAsync(
                new TrickleStream(packed), StoredBytes.Of(packed.Length), default);
            using var all = new MemoryStream();
            using (content)
            {
                for (int value; (value = content.ReadByte()) >= 0;)
                    all.WriteByte((byte)value);
            }
            Assert.Equal(CompressedVectors.Content, all.ToArray());
        }
    }

    // IEEE 802.3, a bit at a time.
    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var i = 0; i < 8; i++)
                crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
        }
        return ~crc;
    }

    private static byte[] Joined(byte[] bytes, int times) =>
        [.. Enumerable.Repeat(bytes, times).SelectMany(b => b)];

    private static async Task<byte[]> ReadAsync(byte[] packed, DecompressionBounds? bounds = null)
    {
        var (kind, content) = await StoredBytes.OpenAsync(packed, bounds);
        Assert.NotEqual(CompressionKind.None, kind);
        using var all = new MemoryStream();
        await using (content)
            await content.CopyToAsync(all);
        return all.ToArray();
    }
}
