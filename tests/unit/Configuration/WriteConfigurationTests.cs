using Diffah.Engine.Configuration;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Tests.Support;

namespace Diffah.Tests.Configuration;

public sealed class WriteConfigurationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_default_files_folder_is_made_for_its_owner_alone()
    {
        var file = new ConfigurationFile(_folder["home/.diffah/config.yaml"], IsNamed: false);
        Assert.Equal(file.Path, await WriteConfiguration.RunAsync(file, overwrite: false, default));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(_folder["home/.diffah"]));
        Assert.Equal(["config.yaml"], Directory.GetFileSystemEntries(_folder["home/.diffah"]).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Another_files_folder_is_made_too()
    {
        await WriteConfiguration.RunAsync(new(_folder["missing/config.yaml"], IsNamed: true), false, default);
        Assert.Equal(["missing", "missing/config.yaml"], _folder.Entries);
    }

    [Fact]
    public async Task A_file_that_is_there_stays_unless_it_may_be_replaced()
    {
        var file = new ConfigurationFile(_folder["config.yaml"], IsNamed: true);
        await File.WriteAllTextAsync(file.Path, "workers: 2\n");
        Assert.Equal(DiffahErrors.DestinationExists,
            (await Assert.ThrowsAsync<DiffahException>(
                () => WriteConfiguration.RunAsync(file, overwrite: false, default))).Error);
        Assert.Equal(2, ReadConfiguration.Run(file).Find(Knobs.Workers));
        await WriteConfiguration.RunAsync(file, overwrite: true, default);
        Assert.Null(ReadConfiguration.Run(file).Find(Knobs.Workers));
        Assert.Equal(["config.yaml"], _folder.Entries);
    }
}
