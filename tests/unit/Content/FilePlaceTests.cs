using Diffah.Engine.Content;
using Diffah.Tests.Support;

namespace Diffah.Tests.Content;

public sealed class FilePlaceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FilePlaceTests() => File.WriteAllText(_folder["a"], "content");

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("symbolic link", "ln -s a b")]
    [InlineData("link to a link", "ln -s a c; ln -s c b")]
    [InlineData("link over a folder", "mkdir -p d/e; ln -s d/e f; ln -s ../../a d/e/g; ln -s f/g b")]
    [InlineData("hard link", "ln a b")]
    public async Task A_link_is_the_same_file(string what, string script)
    {
        await ShellAsync(script);
        Assert.True(AreSame("a", "b") && AreSame("b", "a"), what);
    }

    [SkippableFact]
    public async Task A_copy_is_another_file_however_much_it_looks_the_same()
    {
        await ShellAsync("cp -p a b; touch -r a b");
        Assert.Equal(File.GetLastWriteTimeUtc(_folder["a"]), File.GetLastWriteTimeUtc(_folder["b"]));
        Assert.False(AreSame("a", "b"));
    }

    [Fact]
    public void Paths_that_lead_to_the_same_place_are_the_same_before_anything_is_there()
    {
        Directory.CreateDirectory(_folder["d"]);
        Directory.CreateSymbolicLink(_folder["l"], _folder["d"]);
        Assert.True(AreSame("d/new", "l/new"));
        Assert.True(AreSame("d/x/../new", "l/new"));
        Assert.False(AreSame("d/new", "l/other"));
    }

    [Fact]
    public void A_link_in_a_circle_is_a_path_of_its_own()
    {
        File.CreateSymbolicLink(_folder["x"], _folder["y"]);
        File.CreateSymbolicLink(_folder["y"], _folder["x"]);
        Assert.False(AreSame("a", "x"));
    }

    [SkippableFact]
    public async Task Without_the_systems_numbers_the_lock_tells()
    {
        await ShellAsync("ln a b; cp -p a c");
        Assert.True(FileNumber.ShareLock(_folder["a"], _folder["b"]));
        Assert.False(FileNumber.ShareLock(_folder["a"], _folder["c"]));
    }

    [SkippableFact]
    public async Task The_numbers_are_those_of_the_system()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Only Linux tells them without native code.");
        var expected = (await ExternalTool.RunAsync("stat", "-c", "%i", _folder["a"])).Trim();
        Assert.Equal(expected, FileNumber.Read(_folder["a"])?.Inode);
    }

    private bool AreSame(string one, string other) =>
        new FilePlace(_folder[one]).IsSameAs(new FilePlace(_folder[other]));

    private Task<string> ShellAsync(string script) =>
        ExternalTool.RunAsync("sh", "-ec", $"cd '{_folder.Path}'; {script}");
}
