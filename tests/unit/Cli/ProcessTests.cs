using System.Diagnostics;
using Diffah.Tests.Support;

namespace Diffah.Tests.Cli;

/// <summary>The command line as a process of its own.</summary>
public sealed class ProcessTests
{
    [Fact]
    public async Task The_program_answers_on_standard_output()
    {
        using var process = Start("/", "version");
        Assert.StartsWith("diffah ", await process.StandardOutput.ReadToEndAsync(), StringComparison.Ordinal);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    [SkippableFact]
    public async Task A_terminated_diff_leaves_nothing_behind()
    {
        var (v1, v2) = (Fixtures.Path("web/web-v1.oci.tar"), Fixtures.Path("web/web-v2.oci.tar"));
        using var folder = new TemporaryFolder();
        using var process = Start(folder.Path, "diff", $"oci-archive:{v1}", $"oci-archive:{v2}", "app.delta.tar", "--progress=lines");
        Assert.Contains("reading", await process.StandardError.ReadLineAsync(), StringComparison.Ordinal);
        await ExternalTool.RunAsync("kill", "-TERM", $"{process.Id}");
        Assert.EndsWith("diffah: interrupted\n", await process.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
        await process.WaitForExitAsync();
        Assert.Equal(143, process.ExitCode);
        Assert.Empty(folder.Entries);
    }

    private static Process Start(string folder, params string[] args) => Process.Start(
        new ProcessStartInfo(Environment.ProcessPath!, [typeof(Diffah.Cli.Hosting.ExitCodes).Assembly.Location, .. args])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
}
