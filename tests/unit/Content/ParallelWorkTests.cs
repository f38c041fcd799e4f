using Diffah.Engine.Content;

namespace Diffah.Tests.Content;

public sealed class ParallelWorkTests
{
    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 3)]
    [InlineData(100, 1)]
    [InlineData(100, 4)]
    public void Each_piece_is_done_once(int count, int workers)
    {
        var done = new int[count];
        ParallelWork.For(count, workers, (index, _) => Interlocked.Increment(ref done[index]), default);
        Assert.All(done, times => Assert.Equal(1, times));
    }

    [Fact]
    public void What_a_piece_throws_comes_out_as_it_is_when_all_others_have_ended()
    {
        var (running, began) = (0, 0);
        var thrown = Assert.Throws<InvalidDataException>(void () => ParallelWork.For(1000, 4, (index, stop) =>
        {
            Interlocked.Increment(ref began);
            Interlocked.Increment(ref running);
            try
            {
                if (index == 3)
                    throw new InvalidDataException("three");
                stop.WaitHandle.WaitOne(TimeSpan.FromSeconds(index < 3 ? 10 : 0));
                stop.ThrowIfCancellationRequested();
            }
            finally
            {
                Interlocked.Decrement(ref running);
            }
        }, default));
        Assert.Equal("three", thrown.Message);
        Assert.Equal(0, running);
        Assert.InRange(began, 1, 999);
    }

    [Fact]
    public void A_work_that_is_stopped_says_so_whatever_its_pieces_throw()
    {
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(void () => ParallelWork.For(10, 2, (_, _) =>
        {
            stop.Cancel();
            throw new InvalidDataException("late");
        }, stop.Token));
    }
}
