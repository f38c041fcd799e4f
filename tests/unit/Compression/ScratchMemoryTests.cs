using Diffah.Engine.Compression;
using Diffah.Tests.Deltas.Support;

namespace Diffah.Tests.Compression;

public sealed class ScratchMemoryTests
{
    [Fact]
    public void It_has_the_length_that_was_asked_for_and_keeps_what_is_put_in()
    {
        using var memory = new ScratchMemory<ulong>(1000);
        for (var index = 0; index < memory.Length; index++)
            memory.Span[index] = (ulong)index << 40;
        Assert.Equal(1000, memory.Span.Length);
        Assert.Equal(999UL << 40, memory.Span[^1]);
        Assert.Equal(0UL, memory.First);
    }

    [Fact]
    public void A_copy_is_independent_of_what_it_was_made_of()
    {
        var source = Bytes.Random(1, 100_000);
        using var memory = new ScratchMemory<byte>(source);
        Assert.True(memory.Span.SequenceEqual(source));
        memory.Span.Clear();
        Assert.Contains(source, b => b != 0);
    }

    [Fact]
    public void It_may_be_empty()
    {
        using var memory = new ScratchMemory<int>(0);
        Assert.True(memory.Span.IsEmpty);
    }

    [Fact]
    public void What_was_disposed_of_is_not_to_be_had()
    {
        var memory = new ScratchMemory<byte>(16);
        memory.Dispose();
        memory.Dispose();
        Assert.Throws<ObjectDisposedException>(() => memory.Span.Length);
    }

    [Fact]
    public void Less_than_nothing_is_an_error() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScratchMemory<byte>(-1));
}
