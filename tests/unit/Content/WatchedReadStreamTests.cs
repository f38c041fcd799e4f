using Diffah.Engine.Content;

namespace Diffah.Tests.Content;

public sealed class WatchedReadStreamTests
{
    [Fact]
    public async Task Bytes_count_when_they_are_read_for_the_first_time()
    {
        byte[] bytes = [.. Enumerable.Range(0, 100).Select(i => (byte)i)];
        var told = new List<long>();
        await using var watched = new WatchedReadStream(new MemoryStream(bytes), told.Add);
        var buffer = new byte[40];
        Assert.Equal(40, watched.Read(buffer));
        watched.Position = 10;
        Assert.Equal(40, await watched.ReadAsync(buffer));
        Assert.Equal(10, buffer[0]);
        watched.Position = 0;
        Assert.Equal(40, watched.Read(buffer, 0, 40));
        Assert.Equal([40, 10], told);
        Assert.Equal(100, watched.Length);
    }
}
