using Diffah.Engine.Content;
using Diffah.Tests.Support;

namespace Diffah.Tests.Content;

public sealed class WorkDirectoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Nothing_is_made_before_it_is_needed()
    {
        using (new WorkDirectory(_folder["deep/er"]))
            Assert.Empty(_folder.Entries);
        Assert.Empty(_folder.Entries);
    }

    [Fact]
    public async Task It_is_private_and_gone_at_the_end()
    {
        string path;
        using (var work = new WorkDirectory(_folder.Path))
        {
            path = work.Path;
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
            await File.WriteAllTextAsync(work.NewFilePath("a"), "x");
            Directory.CreateDirectory(Path.Combine(path, "sub"));
        }
        Assert.False(Directory.Exists(path));
        Assert.Empty(_folder.Entries);
    }

    [Fact]
    public void The_paths_are_distinct_for_all_who_ask()
    {
        using var work = new WorkDirectory(_folder.Path);
        var paths = Enumerable.Range(0, 200).AsParallel().Select(_ => work.NewFilePath("x")).ToHashSet();
        Assert.Equal(200, paths.Count);
        Assert.Single(paths.Select(Path.GetDirectoryName).Distinct());
    }

    [Fact]
    public void After_the_end_it_is_not_made_again()
    {
        var work = new WorkDirectory(_folder.Path);
        work.Dispose();
        work.Dispose();
        Assert.Throws<ObjectDisposedException>(() => work.Path);
    }
}
