using Diffah.Tests.Support;

namespace Diffah.Tests.Docs;

/// <summary>
/// The door to the build on a machine that has no PowerShell and gets none. A dotnet that only says so stands in for
/// the SDK.
/// </summary>
public sealed class BuildScriptTests : IDisposable
{
    private const string Fault = "error NU1301: the feed is away";
    private readonly TemporaryFolder _folder = new();

    public BuildScriptTests()
    {
        foreach (var script in (string[])["build.sh", "build/environment.sh", "build/without-powershell.sh"])
            Copy(script);
        Directory.CreateDirectory(_folder["tests/pester"]);
        File.WriteAllText(_folder["tests/pester/One.Tests.ps1"], "");
        File.WriteAllText(_folder["tests/pester/Two.Tests.ps1"], "");
        Program("dotnet", $"[ \"$1\" != tool ] || {{ echo '{Fault}'; exit 1; }}");
        Program("pwsh", "exit 1");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_keeps_powershell_away_is_told_in_the_tools_own_words()
    {
        var result = await RunAsync("build");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("dotnet tool restore exited 1:\n    " + Fault, result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_powershell_ci_fails_and_counts_each_file_of_the_suite()
    {
        var result = await RunAsync("test", "-CI");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("\npester: 0 passed, 2 failed, 0 skipped\n", result.Output, StringComparison.Ordinal);
        Assert.Contains(Fault, result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_powershell_a_developer_is_told_what_was_skipped()
    {
        var result = await RunAsync("test");
        Assert.Contains("\npester: 0 passed, 0 failed, 2 skipped\n", result.Output, StringComparison.Ordinal);
    }

    private Task<ExternalTool.Result> RunAsync(params string[] arguments) =>
        ExternalTool.TryRunAsync("sh", "-c",
            $"PATH='{_folder["bin"]}':$PATH exec '{_folder["build.sh"]}' {string.Join(' ', arguments)} 2>&1");

    private void Copy(string script)
    {
        var copy = _folder[script];
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        File.Copy(Path.Combine(Repository.Root, script), copy);
    }

    private void Program(string name, string script)
    {
        Directory.CreateDirectory(_folder["bin"]);
        File.WriteAllText(_folder[$"bin/{name}"], "#!/bin/sh\n" + script + "\n");
        File.SetUnixFileMode(
            _folder[$"bin/{name}"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
