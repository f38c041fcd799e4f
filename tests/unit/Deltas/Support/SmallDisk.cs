using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Support;

/// <summary>
/// A file system of a few KiB in memory; tests that need one skip, loudly, where it can't be mounted.
/// </summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;

    private SmallDisk(TemporaryFolder folder) => _folder = folder;

    public string Path => _folder["disk"];

    /// <summary>Everything on the disk, hidden files included.</summary>
    public string[] Entries => _folder.Entries.Where(e => e != "disk").ToArray();

    public static async Task<SmallDisk> MountAsync(int kibibytes, bool readOnly = false)
    {
        Skip.IfNot(Environment.UserName == "root", "Only root can mount a small disk.");
        var folder = new TemporaryFolder();
        var path = Directory.CreateDirectory(folder["disk"]).FullName;
        var mounted = await ExternalTool.TryRunAsync(
            "mount", "-t", "tmpfs", "-o", $"size={kibibytes}k,mode=700{(readOnly ? ",ro" : "")}", "tmpfs", path);
        if (mounted.ExitCode == 0)
            return new SmallDisk(folder);
        folder.Dispose();
        throw new SkipException($"A small disk can't be mounted here: {mounted.Error.Trim()}");
    }

    public async ValueTask DisposeAsync()
    {
        await ExternalTool.RunAsync("umount", Path);
        _folder.Dispose();
    }
}
