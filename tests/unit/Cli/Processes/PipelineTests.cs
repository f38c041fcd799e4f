using Diffah.Samples;
using Diffah.Tests.Support;

namespace Diffah.Tests.Cli.Processes;

/// <summary>Pipelines of a shell, with the program and others as processes.</summary>
public sealed class PipelineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _samples = new();
    private readonly SamplePair _pair;

    public PipelineTests()
    {
        _pair = SampleImages.WriteAll(_samples.Path, 0.3)[SampleFormat.DockerArchive];
        File.Copy(_pair.V1.Path, _folder["v1.tar"]);
        File.Copy(_pair.V2.Path, _folder["v2.tar"]);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _samples.Dispose();
    }

    [SkippableFact]
    public async Task Deltas_and_images_go_from_program_to_program()
    {
        Skip.IfNot(ExternalTool.Exists("skopeo"), "skopeo is not installed on this machine.");
        await RunAsync("""
            skopeo copy -q docker-archive:v2.tar docker-archive:/dev/stdout \
              | diffah diff docker-archive:v1.tar docker-archive:- app.delta.tar
            diffah apply app.delta.tar docker-archive:v1.tar docker-archive:-:app:v2 | cat > one.tar
            skopeo copy -q docker-archive:one.tar dir:one
            cat app.delta.tar | diffah apply - docker-archive:v1.tar docker-archive:two.tar:app:v2
            skopeo copy -q docker-archive:two.tar dir:two
            diffah diff docker-archive:v1.tar docker-archive:v2.tar - \
              | diffah apply - docker-archive:v1.tar docker-archive:- | cat > three.tar
            skopeo copy -q docker-archive:three.tar dir:three
            skopeo copy -q docker-archive:v2.tar dir:meant
            for copy in one two three; do diff -r meant $copy; done
            """);
        Assert.DoesNotContain("tmp/", string.Join('\n', _folder.Entries), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Standard_output_has_the_archive_and_nothing_else()
    {
        await RunAsync("""
            diffah diff -v --progress=lines docker-archive:v1.tar docker-archive:v2.tar - > app.delta.tar 2> said
            grep -q 'writing' said
            diffah copy -o json docker-archive:v2.tar docker-archive:- 2> json | tar -t > entries
            grep -q manifest.json entries
            grep -q '"destination":"docker-archive:-"' json
            (diffah copy docker-archive:v2.tar docker-archive:-; echo behind) > both.tar 2> said
            test "$(tail -c 7 both.tar)" = behind
            diffah image docker-archive:both.tar > shown
            (echo before; diffah copy docker-archive:v2.tar docker-archive:-) 2> said >> appended
            test "$(head -c 6 appended)" = before
            tail -c +8 appended | tar -t | cmp - entries
            """);
        Assert.DoesNotContain("tmp/", string.Join('\n', _folder.Entries), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_reader_that_leaves_is_an_error_of_the_environment()
    {
        await RunAsync("""
            diffah diff docker-archive:v1.tar docker-archive:v2.tar app.delta.tar
            { diffah apply app.delta.tar docker-archive:v1.tar docker-archive:- 2> said || echo $? > code; } \
              | head -c 100 > start
            test "$(cat code)" = 3
            grep -q 'went away before it had all of' said
            test "$(wc -c < start)" = 100
            { diffah copy docker-archive:v2.tar docker-archive:- 2> said || echo $? > code; } | true
            grep -q 'went away' said
            """);
        Assert.DoesNotContain("tmp/", string.Join('\n', _folder.Entries), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_full_device_is_a_full_disk()
    {
        Skip.IfNot(File.Exists("/dev/full"), "/dev/full is not on this machine.");
        await RunAsync("""
            diffah copy docker-archive:v2.tar docker-archive:- > /dev/full 2> said && exit 1
            grep -q 'Free some room' said
            """);
    }

    [SkippableFact]
    public async Task Files_behind_the_streams_are_known()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Only Linux tells which files these are.");
        await RunAsync("""
            cp v1.tar kept.tar
            diffah copy --force docker-archive:- docker-archive:v1.tar < v1.tar 2> said && exit 1
            grep -q 'is the same as' said
            diffah copy docker-archive:v1.tar docker-archive:- 2> said >> v1.tar && exit 1
            grep -q 'is the same as the source' said
            cmp kept.tar v1.tar
            """);
    }

    [SkippableFact]
    public async Task A_terminal_gets_no_archive()
    {
        Skip.IfNot(ExternalTool.Exists("script"), "script, which makes a terminal, is not installed on this machine.");
        await RunAsync("""
            script -qec 'sh ./diffah copy docker-archive:v2.tar docker-archive:-' seen > /dev/null && exit 1
            grep -q 'that is a terminal' seen
            script -qec 'sh ./diffah inspect -' seen > /dev/null && exit 1
            grep -q 'ARCHIVE is to be read from standard input, and that is a terminal' seen
            """);
    }

    [SkippableFact]
    public async Task An_interrupted_run_stops_waiting_for_its_writer()
    {
        await RunAsync("""
            mkfifo slow
            sleep 60 > slow & writer=$!
            diffah inspect - < slow 2> said & run=$!
            until grep -q reading said; do sleep 0.1; done
            kill -TERM $run
            code=0; wait $run || code=$?
            kill $writer
            test $code = 143
            grep -q interrupted said
            """);
        Assert.DoesNotContain("tmp/", string.Join('\n', _folder.Entries), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task An_interrupted_run_stops_waiting_for_its_reader()
    {
        await RunAsync("""
            mkfifo slow
            sleep 60 < slow & reader=$!
            diffah copy --progress=lines docker-archive:v2.tar docker-archive:- > slow 2> said & run=$!
            until grep -q 'standard output: writing' said; do sleep 0.1; done
            kill -TERM $run
            code=0; wait $run || code=$?
            kill $reader
            test $code = 143
            grep -q interrupted said
            """);
        Assert.DoesNotContain("tmp/", string.Join('\n', _folder.Entries), StringComparison.Ordinal);
    }

    /// <summary>Runs a script in the folder, with diffah on PATH and a folder for temporary files.</summary>
    private async Task RunAsync(string script)
    {
        Directory.CreateDirectory(_folder["tmp"]);
        await File.WriteAllTextAsync(
            _folder["diffah"], $"#!/bin/sh\nexec '{Environment.ProcessPath}' '{CliProcess.Program}' \"$@\"\n");
        File.SetUnixFileMode(
            _folder["diffah"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await ExternalTool.RunAsync("sh", "-euc",
            $"cd '{_folder.Path}'; export PATH='{_folder.Path}':$PATH TMPDIR='{_folder["tmp"]}'\n{script}");
    }
}
