using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Tests.Support;

namespace Diffah.Tests.Content;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TheFileAppearsWholeAtTheCommit()
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
    public async Task WithoutACommitItIsGone(bool finished)
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
    public async Task WhatIsThereIsKeptUnlessReplacingIsAllowed()
    {
        await File.WriteAllTextAsync(_folder["f"], "old");
        Assert.Equal(DiffahErrors.DestinationExists, Assert.Throws<DiffahException>(() => new AtomicFile(_folder["f"], overwrite: false)).Error);
        using (var file = new AtomicFile(_folder["f"], overwrite: true))
        {
            await file.FinishAsync(default);
            file.Commit();
        }
        Assert.Equal("", await File.ReadAllTextAsync(_folder["f"]));
    }

    [Fact]
    public async Task WhatAppearsMeanwhileIsKept()
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
    public void FoldersAndFilesInTheWayAreRefused()
    {
        Directory.CreateDirectory(_folder["d"]);
        Assert.Equal(DiffahErrors.DestinationExists, Assert.Throws<DiffahException>(() => new AtomicFile(_folder["d"], overwrite: true)).Error);
        File.WriteAllText(_folder["d/f"], "");
        Assert.Equal(DiffahErrors.FileNotFound, Assert.Throws<DiffahException>(() => new AtomicFile(_folder["d/f/g/h"], overwrite: true)).Error);
        Assert.Equal(["d", "d/f"], _folder.Entries);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task MissingFoldersAreMadeAndStayOnlyWithTheFile(bool commit)
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
    public void AMadeFolderThatSomebodyUsesMeanwhileStays()
    {
        using (new AtomicFile(_folder["d/e/f"], overwrite: false))
            File.WriteAllText(_folder["d/other"], "");
        Assert.Equal(["d", "d/other"], _folder.Entries);
    }
}
