using Diffah.Engine.Content;
using Diffah.Tests.Support;

namespace Diffah.Tests.Content;

/// <summary>What is left of killed runs is taken away by the next; what a live run has is not.</summary>
public sealed class LeftoversTests : IDisposable
{
    private static readonly string Id = new('a', 32);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_nobody_holds_goes()
    {
        MakeDeadFolder($".diffah-work-{Id}");
        Directory.CreateDirectory(_folder[$".diffah-work-{new string('b', 32)}"]);
        File.WriteAllText(_folder[$".diffah-{Id}.tmp"], "half");
        File.WriteAllText(_folder[$".diffah-{Id}.lock"], "");
        File.WriteAllText(_folder[".diffah.lock"], "");
        Leftovers.Sweep(_folder.Path);
        Assert.Empty(_folder.Entries);
    }

    [Fact]
    public void What_somebody_holds_stays()
    {
        using var work = new WorkDirectory(_folder.Path);
        File.WriteAllText(work.NewFilePath("spool"), "x");
        using var file = new AtomicFile(_folder["f"], overwrite: false);
        using var held = FileLock.TryTake(_folder[RunNames.FolderLock]);
        var before = _folder.Entries;
        Assert.Equal(5, before.Length);
        Leftovers.Sweep(_folder.Path);
        Assert.Equal(before, _folder.Entries);
    }

    [Fact]
    public async Task A_finished_file_is_held_until_it_has_its_name()
    {
        using var file = new AtomicFile(_folder["f"], overwrite: false);
        await file.FinishAsync(default);
        Leftovers.Sweep(_folder.Path);
        file.Commit();
        Assert.Equal(["f"], _folder.Entries);
    }

    [Theory]
    [InlineData(".diffah-notes.tmp")]
    [InlineData(".diffah-work-mine/file")]
    [InlineData("diffah-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.tmp")]
    [InlineData(".diffah-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData(".diffah-work-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/no-lock-of-a-run")]
    public void What_has_another_name_or_form_is_somebody_elses(string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        File.WriteAllText(_folder[name], "mine");
        var before = _folder.Entries;
        Leftovers.Sweep(_folder.Path);
        Assert.Equal(before, _folder.Entries);
    }

    [Fact]
    public void Links_are_not_followed()
    {
        using var other = new TemporaryFolder();
        File.WriteAllText(other["lock"], "");
        File.WriteAllText(other["precious"], "mine");
        Directory.CreateSymbolicLink(_folder[$".diffah-work-{Id}"], other.Path);
        MakeDeadFolder($".diffah-work-{new string('c', 32)}");
        Directory.CreateSymbolicLink(_folder[$".diffah-work-{new string('c', 32)}/link"], other.Path);
        Leftovers.Sweep(_folder.Path);
        Assert.Equal(["lock", "precious"], other.Entries);
    }

    [Fact]
    public void Those_who_begin_and_those_who_sweep_do_not_harm_each_other()
    {
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            using var work = new WorkDirectory(_folder.Path);
            var path = work.NewFilePath("x");
            File.WriteAllText(path, "x");
            using var file = new AtomicFile(_folder[$"f{i}"], overwrite: false);
            Leftovers.Sweep(_folder.Path);
            Assert.True(File.Exists(path));
            Assert.True(File.Exists(file.TemporaryPath));
        });
        Assert.Empty(_folder.Entries);
    }

    private void MakeDeadFolder(string name)
    {
        Directory.CreateDirectory(_folder[$"{name}/below"]);
        File.WriteAllText(_folder[$"{name}/lock"], "");
        File.WriteAllText(_folder[$"{name}/below/0001-spool"], "x");
    }
}
