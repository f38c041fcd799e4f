using Diffah.Samples;
using Diffah.Tests.Support;

namespace Diffah.Tests.Cli;

/// <summary>The command line as a process of its own.</summary>
public sealed class ProcessTests
{
    [Fact]
    public async Task The_program_answers_on_standard_output()
    {
        using var process = CliProcess.Start("/", "version");
        Assert.StartsWith("diffah ", await process.StandardOutput.ReadToEndAsync(), StringComparison.Ordinal);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task The_environment_fixes_the_time_of_creation()
    {
        using var folder = new TemporaryFolder();
        var pair = SampleImages.WriteAll(folder["samples"], 0.1)[SampleFormat.DockerArchive];
        var made = await CliProcess.WithVariableAsync("SOURCE_DATE_EPOCH", "1700000000", folder.Path, "diff",
            pair.V1.Reference, pair.V2.Reference, "app.delta.tar");
        Assert.True(made.ExitCode == 0, made.Error);
        Assert.Contains("\"2023-11-14T22:13:20Z\"",
            await File.ReadAllTextAsync(folder["app.delta.tar"], System.Text.Encoding.Latin1),
            StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_key_is_opened_with_the_passphrase_that_is_piped_in()
    {
        var (v1, v2, key) = (Fixtures.Path("images/v1_oci.tar"), Fixtures.Path("images/v2_oci.tar"),
            Fixtures.Path("keys/test_ec_p256_enc.key"));
        using var folder = new TemporaryFolder();
        string[] line = ["diff", $"oci-archive:{v1}", $"oci-archive:{v2}", "app.delta.tar", "--sign-key", key,
            "--sign-key-password-stdin"];
        var wrong = await CliProcess.RunAsync(folder.Path, "not-it\n", line);
        Assert.Equal(2, wrong.ExitCode);
        Assert.DoesNotContain("not-it", wrong.Output + wrong.Error, StringComparison.Ordinal);
        Assert.Empty(folder.Entries);
        var made = await CliProcess.RunAsync(
            folder.Path, await File.ReadAllTextAsync(Fixtures.Path("keys/test_ec_p256_enc.pass")), line);
        Assert.True(made.ExitCode == 0, made.Error);
        Assert.Equal(["app.delta.tar", "app.delta.tar.sig"], folder.Entries);
    }

    [SkippableFact]
    public async Task A_person_at_a_terminal_is_asked_for_the_passphrase_and_nothing_is_echoed()
    {
        using var folder = new TemporaryFolder();
        Skip.IfNot(ExternalTool.Exists("script"), "script, which makes a terminal, is not installed on this machine.");
        var command = $"{Environment.ProcessPath} {CliProcess.Program} keygen k.key --password-stdin";
        var type = "until grep -q Passphrase seen 2>/dev/null; do sleep 0.1; done; printf 'hunter2\\r'";
        await ExternalTool.RunAsync("sh", "-c", $"cd '{folder.Path}'; ({type}) | script -qefc '{command}' seen");
        var seen = await File.ReadAllTextAsync(folder["seen"]);
        Assert.Contains("Passphrase: ", seen, StringComparison.Ordinal);
        Assert.Contains("needs its passphrase", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", seen, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_terminated_diff_leaves_nothing_behind()
    {
        var (v1, v2) = (Fixtures.Path("web/web-v1.oci.tar"), Fixtures.Path("web/web-v2.oci.tar"));
        using var folder = new TemporaryFolder();
        using var process = CliProcess.Start(
            folder.Path, "diff", $"oci-archive:{v1}", $"oci-archive:{v2}", "app.delta.tar", "--progress=lines");
        Assert.Contains("reading", await process.StandardError.ReadLineAsync(), StringComparison.Ordinal);
        await ExternalTool.RunAsync("kill", "-TERM", $"{process.Id}");
        Assert.EndsWith(
            "diffah: interrupted\n", await process.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
        await process.WaitForExitAsync();
        Assert.Equal(143, process.ExitCode);
        Assert.Empty(folder.Entries);
    }
}
