using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Tests.Support;

namespace Diffah.Tests.Content;

public sealed class VerifyingStreamTests
{
    private static readonly byte[] Bytes = SampleImage.Layer(1, 1, 5000);

    public static TheoryData<int, bool> Ways =>
        new() { { 1, false }, { 1, true }, { 777, false }, { 777, true }, { 1_000_000, false }, { 1_000_000, true } };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Right_bytes_pass(int chunk, bool asynchronous)
    {
        await using var stream = Wrap(Bytes, Bytes.Length);
        Assert.False(stream.IsVerified);
        Assert.Equal(Bytes, await DrainAsync(stream, chunk, asynchronous));
        Assert.True(stream.IsVerified);
        Assert.Equal(0, stream.Read(new byte[10]));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Too_few_bytes_fail(int chunk, bool asynchronous) =>
        await FailsAsync(Wrap(Bytes[..^1], Bytes.Length), DiffahErrors.SizeMismatch, chunk, asynchronous);

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Too_many_bytes_fail(int chunk, bool asynchronous) =>
        await FailsAsync(Wrap([.. Bytes, 0], Bytes.Length), DiffahErrors.SizeMismatch, chunk, asynchronous);

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Wrong_bytes_fail_before_the_last_of_them_are_handed_out(int chunk, bool asynchronous)
    {
        var wrong = Bytes.ToArray();
        wrong[0] ^= 1;
        await using var stream = Wrap(wrong, Bytes.Length);
        var handed = 0;
        var error =
            await Assert.ThrowsAsync<DiffahException>(() => DrainAsync(stream, chunk, asynchronous, n => handed += n));
        Assert.Equal(DiffahErrors.DigestMismatch, error.Error);
        Assert.True(handed < Bytes.Length);
        Assert.False(stream.IsVerified);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_is_right_only_where_nothing_was_promised(bool asynchronous)
    {
        await using var right = new VerifyingStream(new MemoryStream(), Digest.Compute([]), 0, "nothing");
        Assert.Empty(await DrainAsync(right, 10, asynchronous));
        Assert.True(right.IsVerified);
        await FailsAsync(new VerifyingStream(new MemoryStream(), Digest.Compute("x"u8), 0, "nothing"),
            DiffahErrors.DigestMismatch, 10, asynchronous);
        await FailsAsync(new VerifyingStream(new MemoryStream([1]), Digest.Compute([]), 0, "nothing"),
            DiffahErrors.SizeMismatch, 10, asynchronous);
        await FailsAsync(new VerifyingStream(new MemoryStream(), Digest.Compute([]), 1, "nothing"),
            DiffahErrors.SizeMismatch, 10, asynchronous);
    }

    [Fact]
    public async Task A_source_that_gives_one_byte_at_a_time_passes()
    {
        await using var stream = new VerifyingStream(
            new TrickleStream(Bytes), Digest.Compute(Bytes), Bytes.Length, "bytes");
        Assert.Equal(Bytes, await DrainAsync(stream, 4096, asynchronous: true));
    }

    [Fact]
    public void Reading_nothing_changes_nothing()
    {
        using var stream = Wrap(Bytes, Bytes.Length);
        Assert.Equal(0, stream.Read([]));
        Assert.Equal(0, stream.Position);
    }

    private static VerifyingStream Wrap(byte[] actual, long size) =>
        new(new MemoryStream(actual), Digest.Compute(Bytes), size, "The blob");

    private static async Task FailsAsync(VerifyingStream stream, DiffahError error, int chunk, bool asynchronous)
    {
        await using (stream)
            Assert.Equal(error,
                (await Assert.ThrowsAsync<DiffahException>(() => DrainAsync(stream, chunk, asynchronous))).Error);
    }

    private static async Task<byte[]> DrainAsync(
        Stream stream, int chunk, bool asynchronous, Action<int>? handed = null)
    {
        using var all = new MemoryStream();
        var buffer = new byte[chunk];
        while (true)
        {
            var read = asynchronous ? await stream.ReadAsync(buffer) : stream.Read(buffer, 0, chunk);
            if (read == 0)
                return all.ToArray();
            handed?.Invoke(read);
            all.Write(buffer, 0, read);
        }
    }
}
