using System.Text.RegularExpressions;
using Diffah.Tests.Support;

namespace Diffah.Tests.Cli;

public sealed class CompletionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public CompletionTests()
    {
        foreach (var file in new[] { "app.tar", "my file.tar", ".hidden.tar", "it's.tar" })
            File.WriteAllText(Path.Combine(_folder.Path, file), "");
        Directory.CreateDirectory(Path.Combine(_folder.Path, "lay out"));
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "link"), Path.Combine(_folder.Path, "lay out"));
    }

    public static TheoryData<string> Shells => ["bash", "zsh", "fish", "pwsh"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ver", "verify version")]
    [InlineData("diff", "diff")]
    [InlineData("config ", "show init validate")]
    [InlineData("diff --intra-layer ", "auto off required")]
    [InlineData("diff --format-version ", "1 2")]
    [InlineData("diff --effort ", "compact fast full")]
    [InlineData("bundle --effort=c", "--effort=compact")]
    [InlineData("diff --intra-layer=r", "--intra-layer=required")]
    [InlineData("inspect -o ", "json text")]
    [InlineData("-o json inspect --log-l", "--log-level")]
    [InlineData("diff --zst", "--zstd-level --zstd-window-log")]
    [InlineData("diff --workers 3 --work", "--workdir")]
    [InlineData("diff --key", "")]
    [InlineData("copy --tls-verify=", "--tls-verify=false --tls-verify=true")]
    [InlineData("copy --platform linux/arm", "linux/arm/v6 linux/arm/v7 linux/arm64")]
    [InlineData("compare --ignore ti", "timestamp")]
    [InlineData("report --format ", "html markdown")]
    [InlineData("report --ref", "--reference")]
    [InlineData("compare --ignore timestamp,file-", "timestamp,file-mode timestamp,file-order")]
    [InlineData("compare --ignore=history,tim", "--ignore=history,timestamp")]
    [InlineData("compare --ignore file-mode,file-", "file-mode,file-order")]
    [InlineData("compare --ignore history --ig", "--ignore")]
    [InlineData("compare --re", "--registry-token --retry-times --retry-delay --report-dir")]
    [InlineData("compare dir:x doc", "docker-archive: docker:// docker-daemon:")]
    [InlineData("compare oci:x docker-archive:ap", "docker-archive:app.tar")]
    [InlineData("copy d", "docker-archive: dir: docker:// docker-daemon:")]
    [InlineData("copy dir:x o", "oci-archive: oci:")]
    [InlineData("copy docker://registry.example/a", "")]
    [InlineData("copy docker-archive:ap", "docker-archive:app.tar")]
    [InlineData("diff docker-archive:app.tar docker-archive:app.tar ap", "app.tar")]
    [InlineData("inspect .h", ".hidden.tar")]
    [InlineData("inspect -- --f", "")]
    [InlineData("verify --baseline doc", "docker-archive: docker:// docker-daemon:")]
    [InlineData("apply --additional-baseline doc", "docker-archive: docker:// docker-daemon:")]
    [InlineData("help conf", "config")]
    [InlineData("completion ", "bash fish pwsh zsh")]
    [InlineData("nonsense ", "")]
    public async Task What_fits_is_offered(string line, string expected) =>
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), await AskAsync(line.Split(' ')));

    [Theory]
    [InlineData("inspect|", "app.tar|it's.tar|lay out/|link/|my file.tar")]
    [InlineData("copy|oci:", "oci:lay out/|oci:link/")]
    [InlineData("copy|docker-archive:my f", "docker-archive:my file.tar")]
    [InlineData("copy|docker-archive:my file.tar|dir:lay o", "dir:lay out/")]
    [InlineData("inspect|./nowhere/", "")]
    [InlineData("diff|--workdir|", "lay out/|link/")]
    [InlineData("inspect|~/ap", "~/app.tar")]
    public async Task Words_may_hold_blanks(string words, string expected) =>
        Assert.Equal(expected.Split('|', StringSplitOptions.RemoveEmptyEntries), await AskAsync(words.Split('|')));

    [Fact]
    public async Task Options_that_other_tools_have_are_not_offered() =>
        Assert.DoesNotContain("--keyless", await AskAsync("diff", "--k"));

    [Fact]
    public async Task Verbs_come_with_what_they_do() =>
        Assert.Equal("version\tShow the version.\n", (await CliRun.OfAsync("__complete", "vers")).Output);

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Every_shell_has_a_script(string shell)
    {
        var run = await CliRun.OfAsync("completion", shell);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("diffah completion " + shell, run.Output, StringComparison.Ordinal);
        Assert.EndsWith("\n", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("completion tcsh", "There is no completion for the shell 'tcsh'.")]
    [InlineData("completion", "diffah completion needs SHELL.")]
    [InlineData("help dif", "'dif' is no command.")]
    [InlineData("help config shw", "'shw' is no command.")]
    public async Task What_there_is_not_is_refused(string line, string message)
    {
        var run = await CliRun.OfAsync(line.Split(' '));
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Equal($"diffah: error: {message}", run.ErrorLines[0]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("diff")]
    [InlineData("config")]
    [InlineData("config show")]
    [InlineData("help")]
    public async Task Help_of_a_verb_is_what_its_option_shows(string verb)
    {
        var words = verb.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var (asked, shown) = (await CliRun.OfAsync(["help", .. words]), await CliRun.OfAsync([.. words, "--help"]));
        Assert.Equal((0, ""), (asked.ExitCode, asked.Error));
        Assert.NotEmpty(asked.Output);
        Assert.Equal(shown.Output, asked.Output);
    }

    [Theory]
    [InlineData("diffah vers", "version")]
    [InlineData("diffah diff --intra-layer=r", "required")]
    [InlineData("diffah diff docker-archive:my", @"my\ file.tar")]
    [InlineData(@"diffah diff docker-archive:my\ f", @"my\ file.tar")]
    [InlineData("diffah diff \"docker-archive:my f", "docker-archive:my file.tar")]
    [InlineData("diffah diff 'docker-archive:my file.tar' oci:li", "link/")]
    [InlineData("diffah inspect it", @"it\'s.tar")]
    public Task Bash_completes(string line, string expected) => ShellCompletesAsync("bash", """
        source "$SCRIPT"
        COMP_LINE=$LINE COMP_POINT=${#LINE}
        _diffah diffah
        printf '%s\n' "${COMPREPLY[@]}"
        """, line, expected);

    [SkippableTheory]
    [InlineData("diffah vers", "version")]
    [InlineData("diffah diff --intra-layer re", "required")]
    [InlineData("diffah diff docker-archive:ap", "docker-archive:app.tar")]
    [InlineData(@"diffah diff docker-archive:my\ f", "docker-archive:my file.tar")]
    [InlineData(@"diffah diff docker-archive:my\ file.tar oci:li", "oci:link/")]
    public Task Fish_completes(string line, string expected) => ShellCompletesAsync("fish", """
        source $SCRIPT
        complete -C "$LINE" | string replace -r '\t.*' ''
        """, line, expected);

    // The line as the editor has it once the key for completion was pressed, on a terminal of its own.
    [SkippableTheory]
    [InlineData("diffah vers", "diffah version ")]
    [InlineData("diffah diff --intra-layer=r", "diffah diff --intra-layer=required ")]
    [InlineData("diffah diff docker-archive:my", @"diffah diff docker-archive:my\ file.tar ")]
    [InlineData("diffah diff oci:li", "diffah diff oci:link/")]
    public Task Zsh_completes(string line, string expected) => ShellCompletesAsync("zsh", """
        zmodload zsh/zpty
        zpty shell zsh -f -i
        zpty -w shell 'PS1=; autoload -Uz compinit; compinit -u -D; source "$SCRIPT"'
        zpty -w shell 'show() { zle complete-word; print -r -- "<<$BUFFER>>"; exit }; zle -N show; bindkey "^X" show; print REA""DY'
        zpty -r shell out '*READY*'
        zpty -w -n shell "$LINE"$'\x18'
        zpty -r shell out '*>>*'
        print -r -- "${${out##*<<}%%>>*}"
        """, line, expected);

    private async Task ShellCompletesAsync(string shell, string body, string line, string expected)
    {
        Skip.IfNot(ExternalTool.Exists(shell), $"{shell} is not installed on this machine.");
        // The scripts call the command by its name, as the user does.
        var bin = Directory.CreateDirectory(Path.Combine(_folder.Path, "lay out", "bin")).FullName;
        var program = Path.Combine(bin, "diffah");
        await File.WriteAllTextAsync(
            program, $"#!/bin/sh\nexec '{Environment.ProcessPath}' '{CliProcess.Program}' \"$@\"\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var script = Path.Combine(bin, "script");
        await File.WriteAllTextAsync(script, (await CliRun.OfAsync("completion", shell)).Output);
        var start = new System.Diagnostics.ProcessStartInfo(
            shell, ["-c",
                body])
        { WorkingDirectory = _folder.Path, RedirectStandardOutput = true, RedirectStandardInput = true };
        start.Environment["PATH"] = $"{bin}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["HOME"] = _folder.Path;
        (start.Environment["SCRIPT"], start.Environment["LINE"]) = (script, line);
        using var process = System.Diagnostics.Process.Start(start)!;
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(expected, Regex.Replace(output, @"\r?\n\z", ""));
    }

    private async Task<string[]> AskAsync(params string[] words)
    {
        var run = await CliRun.OnAsync(
            host =>
                host with
                {
                    CurrentDirectory = _folder.Path,
                    ReadVariable = name => name == "HOME" ? _folder.Path : null
                },
            ["__complete", .. words]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('\t')[0])];
    }
}
