using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Tests.Support;

namespace Diffah.Tests.Content;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_file_appears_whole_at_the_commit()
    {
        await using (var file = new AtomicFile(_folder["f"], overwrite: false))
        {
            await file.Stream.WriteAsync("content"u8.ToArray());
            await file.FinishAsync(default);
            Assert.False(File.Exists(_folder["f"]));
            Assert.Equal("content", await File.ReadAllTextAsync(file.TemporaryPath));
            file.Commit();
        }
        Assert.Equal(["f"], _folder.Entries);
        Assert.Equal("content", await File.ReadAllTextAsync(_folder["f"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_a_commit_it_is_gone(bool finished)
    {
        await File.WriteAllTextAsync(_folder["f"], "old");
        await using (var file = new AtomicFile(_folder["f"], overwrite: true))
        {
            await file.Stream.WriteAsync(new byte[1_000_000]);
            if (finished)
                await file.FinishAsync(default);
        }
        Assert.Equal(["f"], _folder.Entries);
        Assert.Equal("old", await File.ReadAllTextAsync(_folder["f"]));
    }

    [Fact]
    public async Task What_is_there_is_kept_unless_replacing_is_allowed()
    {
        await File.WriteAllTextAsync(_folder["f"], "old");
        Assert.Equal(DiffahErrors.DestinationExists,
            Assert.Throws<DiffahException>(() => new AtomicFile(_folder["f"], overwrite: false)).Error);
        using (var file = new AtomicFile(_folder["f"], overwrite: true))
        {
            await file.FinishAsync(default);
            file.Commit();
        }
        Assert.Equal("", await File.ReadAllTextAsync(_folder["f"]));
    }

    [Fact]
    public async Task What_appears_meanwhile_is_kept()
    {
        using (var file = new AtomicFile(_folder["f"], overwrite: false))
        {
            await file.FinishAsync(default);
            await File.WriteAllTextAsync(_folder["f"], "other");
            Assert.Equal(DiffahErrors.DestinationExists, Assert.Throws<DiffahException>(file.Commit).Error);
        }
        Assert.Equal(["f"], _folder.Entries);
        Assert.Equal("other", await File.ReadAllTextAsync(_folder["f"]));
    }

    [Fact]
    public void Folders_and_files_in_the_way_are_refused()
    {
        Directory.CreateDirectory(_folder["d"]);
        Assert.Equal(DiffahErrors.DestinationExists,
            Assert.Throws<DiffahException>(() => new AtomicFile(_folder["d"], overwrite: true)).Error);
        File.WriteAllText(_folder["d/f"], "");
        Assert.Equal(DiffahErrors.FileNotFound,
            Assert.Throws<DiffahException>(() => new AtomicFile(_folder["d/f/g/h"], overwrite: true)).Error);
        Assert.Equal(["d", "d/f"], _folder.Entries);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Missing_folders_are_made_and_stay_only_with_the_file(bool commit)
    {
        Directory.CreateDirectory(_folder["d"]);
        using (var file = new AtomicFile(_folder["d/e/f/g"], overwrite: false))
        {
            await file.FinishAsync(default);
            if (commit)
                file.Commit();
        }
        Assert.Equal(commit ? ["d", "d/e", "d/e/f", "d/e/f/g"] : ["d"], _folder.Entries);
    }

    [Fact]
    public void A_made_folder_that_somebody_uses_meanwhile_stays()
    {
        using (new AtomicFile(_folder["d/e/f"], overwrite: false))
            File.WriteAllText(_folder["d/other"], "");
        Assert.Equal(["d", "d/other"], _folder.Entries);
    }
}
