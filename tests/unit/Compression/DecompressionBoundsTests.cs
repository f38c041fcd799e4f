using System.Buffers.Binary;
using Diffah.Engine.Compression;
using Diffah.Engine.Diagnostics;
using Diffah.Tests.Support;

namespace Diffah.Tests.Compression;

public sealed class DecompressionBoundsTests
{
    private const long GiB = 1L << 30;

    [Theory]
    [InlineData(0, 4 * GiB)]
    [InlineData(1000, 4 * GiB)]
    [InlineData(GiB / 10, 200 * (GiB / 10))]
    [InlineData(GiB, 128 * GiB)]
    [InlineData(long.MaxValue, 128 * GiB)]
    public void By_default_content_is_bounded_by_its_stored_size_and_as_a_whole(long stored, long expected) =>
        Assert.Equal(expected, new DecompressionBounds().LimitOf(stored));

    [Theory]
    [InlineData(0, long.MaxValue)]
    [InlineData(5000, 5000)]
    [InlineData(300 * GiB, 300 * GiB)]
    public void What_is_set_counts_alone(long set, long expected)
    {
        Assert.Equal(expected, new DecompressionBounds(set).LimitOf(10));
        Assert.Equal(expected, new DecompressionBounds(set).LimitOf(GiB));
    }

    [Fact]
    public async Task Content_is_read_up_to_the_bound_and_not_beyond()
    {
        var zeros = Zeros(10_000_000);
        Assert.Equal(10_000_000, await LengthAsync(zeros, new DecompressionBounds(10_000_000)));
        var error = await Assert.ThrowsAsync<DiffahException>(
            () => LengthAsync(zeros, new DecompressionBounds(9_999_999)));
        Assert.Equal(DiffahErrors.ContentTooLarge, error.Error);
        Assert.Contains("--max-layer-size", error.NextAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Little_that_becomes_much_is_stopped_at_four_gibibytes()
    {
        var bomb = Repeated(Zeros(64 << 20), 100);
        var (_, content) = await StoredBytes.OpenAsync(bomb);
        var read = 0L;
        var buffer = new byte[1 << 20];
        var error = await Assert.ThrowsAsync<DiffahException>(async () =>
        {
            while (await content.ReadAsync(buffer) is > 0 and var step)
                read += step;
        });
        Assert.Equal(DiffahErrors.ContentTooLarge, error.Error);
        Assert.InRange(read, (4 * GiB) - buffer.Length, 4 * GiB);
    }

    [Fact]
    public async Task Three_and_a_half_gibibytes_of_zeros_are_no_bomb() =>
        Assert.Equal(56L * (64 << 20), await LengthAsync(Repeated(Zeros(64 << 20), 56), new DecompressionBounds()));

    [Fact]
    public async Task A_large_window_counts_against_the_memory_budget()
    {
        var packed = Zeros(100_000, windowLog: 28);
        var error = await Assert.ThrowsAsync<DiffahException>(
            () => LengthAsync(packed, new DecompressionBounds(memoryBudget: 200 << 20)));
        Assert.Equal(DiffahErrors.MemoryBudgetExceeded, error.Error);
        Assert.Contains("256MiB", error.NextAction, StringComparison.Ordinal);
        Assert.Equal(100_000, await LengthAsync(packed, new DecompressionBounds(memoryBudget: 256 << 20)));
        Assert.Equal(100_000, await LengthAsync(packed, new DecompressionBounds(memoryBudget: 0)));
    }

    [Fact]
    public async Task The_window_of_a_later_frame_counts_too()
    {
        byte[] packed = [.. Zeros(1000), .. Skippable(5), .. Zeros(1000, windowLog: 28)];
        var error = await Assert.ThrowsAsync<DiffahException>(
            () => LengthAsync(packed, new DecompressionBounds(memoryBudget: 200 << 20)));
        Assert.Equal(DiffahErrors.MemoryBudgetExceeded, error.Error);
    }

    [Fact]
    public async Task Up_to_128_mebibytes_a_window_is_free() =>
        Assert.Equal(
            1000, await LengthAsync(Zeros(1000, windowLog: 27), new DecompressionBounds(memoryBudget: 1)));

    [Fact]
    public async Task A_window_waits_until_there_is_room()
    {
        var bounds = new DecompressionBounds(memoryBudget: 300 << 20);
        var packed = Zeros(1000, windowLog: 28);
        var (_, first) = await StoredBytes.OpenAsync(packed, bounds);
        Assert.Equal(1, await first.ReadAsync(new byte[1]));
        var second = LengthAsync(packed, bounds);
        Assert.NotSame(second, await Task.WhenAny(second, Task.Delay(200)));
        await first.DisposeAsync();
        Assert.Equal(1000, await second.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Who_waits_for_room_can_be_cancelled()
    {
        var bounds = new DecompressionBounds(memoryBudget: 300 << 20);
        var packed = Zeros(1000, windowLog: 28);
        var (_, first) = await StoredBytes.OpenAsync(packed, bounds);
        await using (first)
        {
            Assert.Equal(1, await first.ReadAsync(new byte[1]));
            using var stop = new CancellationTokenSource(100);
            var (_, second) = await StoredBytes.OpenAsync(packed, bounds);
            await using (second)
                await Assert.ThrowsAnyAsync<OperationCanceledException>(
                    () => second.ReadAsync(new byte[1], stop.Token).AsTask());
        }
    }

    // RFC 8878, section 3.1.1.1.2: 21 << 3 is 2^31, each unit more an eighth of that.
    [Theory]
    [InlineData((21 << 3) + 1, 0, "CompressionUnknown")]
    [InlineData(22 << 3, 0, "CompressionUnknown")]
    [InlineData(21 << 3, 2047 << 20, "MemoryBudgetExceeded")]
    public async Task A_window_above_two_gibibytes_is_named(byte window, long budget, string code)
    {
        // Section 3.1.1: magic, no content size, the window, an empty last block.
        byte[] frame = [0x28, 0xB5, 0x2F, 0xFD, 0x00, window, 0x01, 0x00, 0x00];
        var error = await Assert.ThrowsAsync<DiffahException>(
            () => LengthAsync(frame, new DecompressionBounds(memoryBudget: budget)));
        Assert.Equal(code, error.Error.Code);
    }

    [Fact]
    public void A_bound_below_zero_is_refused() =>
        Assert.Throws<DiffahException>(() => new DecompressionBounds(-1).Validate());

    private static async Task<long> LengthAsync(byte[] packed, DecompressionBounds bounds)
    {
        var (_, content) = await StoredBytes.OpenAsync(packed, bounds);
        await using (content)
        {
            var buffer = new byte[1 << 20];
            var length = 0L;
            while (await content.ReadAsync(buffer) is > 0 and var read)
                length += read;
            return length;
        }
    }

    private static byte[] Repeated(byte[] frame, int times) =>
        [.. Enumerable.Repeat(frame, times).SelectMany(b => b)];

    // A frame of a user's own (RFC 8878, section 3.1.2).
    private static byte[] Skippable(int length)
    {
        var frame = new byte[8 + length];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, 0x184D2A50);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(4), length);
        return frame;
    }

    private static byte[] Zeros(int length, int? windowLog = null)
    {
        using var packed = new MemoryStream();
        using (var zstd = new ZstdCompressionStream(packed, new ZstdSettings(1, windowLog)))
        {
            zstd.Write(new byte[length]);
            zstd.Finish();
        }
        return packed.ToArray();
    }
}
