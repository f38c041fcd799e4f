using System.Text.RegularExpressions;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Cli;

/// <summary>
/// Every reason in the table of exit codes (shared/spec/behaviour.md), brought about for real. The first column is the
/// table's own words.
/// </summary>
public sealed class ExitCodeTests
{
    private const string Once = "--retry-times=0";
    private const string Plain = "--tls-verify=false --retry-times=0";

    private static readonly (string When, int ExitCode, string Line)[] Cases =
    [
        ("done", 0, "inspect {delta}"),
        ("bad option", 2, "diff --bogus oci:a oci:b c"),
        ("bad argument", 2, "diff {v1} {v2} out.tar --workers=0"),
        ("missing transport", 2, "copy {path} oci:out"),
        ("wrong baseline", 2, "apply {delta} {v2} docker-archive:out.tar"),
        ("malformed spec", 2, "bundle {spec} out.tar"),
        ("malformed spec", 2, "unbundle {delta} {spec} {spec}"),
        ("registry 401", 2, $"image docker://{{401}}/app {Plain}"),
        ("registry 403", 2, $"image docker://{{403}}/app {Plain}"),
        ("network", 3, $"image docker://127.0.0.1:1/app {Once}"),
        ("DNS", 3, $"image docker://nowhere.invalid/app {Once}"),
        ("TLS", 3, $"image docker://{{200}}/app {Once}"),
        ("corrupt archive", 4, "inspect {cut}"),
        ("unknown archive", 4, "inspect {future}"),
        ("unknown archive", 4, "inspect {path}"),
        ("digest mismatch", 4, "copy {flipped} oci:out"),
        ("signature failure", 4, "apply {delta} {v1} docker-archive:out.tar --verify {key}"),
        ("registry 404", 4, $"image docker://{{404}}/app {Plain}"),
        ("invalid manifest", 4, "copy {garbled} oci:out"),
    ];

    // What no line brings about: these have a test of their own.
    private static readonly (string When, int ExitCode)[] Apart =
        [("a bug", 1), ("zstd missing", 3), ("file permissions", 3), ("disk full", 3)];

    public static TheoryData<string, int, string> Rows
    {
        get
        {
            var rows = new TheoryData<string, int, string>();
            foreach (var (when, exitCode, line) in Cases)
                rows.Add(when, exitCode, line);
            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task The_reason_decides_the_exit_code(string when, int exitCode, string line)
    {
        await using var scene = new ExitCodeScene();
        var run = await CliRun.InAsync(
            scene.Folder, [.. await scene.ReadAsync(line), "--log-level", "error", "-o", "json"]);
        AssertCode(when, exitCode, run);
        Assert.False(Path.Exists(Path.Combine(scene.Folder, "out"))
            || Path.Exists(Path.Combine(scene.Folder, "out.tar")), "Something was left behind.");
    }

    [Fact]
    public async Task A_bug_is_1()
    {
        var operations =
            new FakeOperations { During = (_, _) => Task.FromException(new InvalidOperationException("oops")) };
        AssertCode("a bug", 1, await CliRun.WithAsync(operations, "doctor", "-o", "json"));
    }

    [SkippableFact]
    public async Task A_file_without_permission_is_3()
    {
        await using var scene = new ExitCodeScene();
        var line = await scene.ReadAsync("inspect {delta}");
        File.SetUnixFileMode(line[1], UnixFileMode.None);
        var result = await CliProcess.WithoutPrivilegeAsync(scene.Folder, [.. line, "-o", "json"]);
        AssertCode(
            "file permissions", 3, new CliRun(result.ExitCode, result.Output, result.Error, new FakeOperations()));
    }

    [SkippableFact]
    public async Task A_folder_that_can_not_be_written_to_is_3_and_nothing_is_left()
    {
        await using var scene = new ExitCodeScene();
        var folder = Directory.CreateDirectory(
            Path.Combine(scene.Folder, "locked"), UnixFileMode.UserRead | UnixFileMode.UserExecute).FullName;
        var result = await CliProcess.WithoutPrivilegeAsync(
            scene.Folder, [.. await scene.ReadAsync("diff {v1} {v2} locked/out.tar"), "-o", "json"]);
        AssertCode(
            "file permissions", 3, new CliRun(result.ExitCode, result.Output, result.Error, new FakeOperations()));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }

    [SkippableFact]
    public async Task A_disk_that_is_read_only_is_3()
    {
        await using var scene = new ExitCodeScene();
        await using var disk = await SmallDisk.MountAsync(64, readOnly: true);
        AssertCode("file permissions", 3, await CliRun.InAsync(
            scene.Folder, [.. await scene.ReadAsync($"diff {{v1}} {{v2}} {disk.Path}/out.tar"), "-o", "json"]));
    }

    [SkippableFact]
    public async Task A_full_disk_is_3()
    {
        await using var scene = new ExitCodeScene();
        await using var disk = await SmallDisk.MountAsync(8);
        AssertCode("disk full", 3,
            await CliRun.InAsync(scene.Folder,
                [.. await scene.ReadAsync($"diff {{v1}} {{v2}} {disk.Path}/out.tar --workdir {scene.Folder}"), "-o",
                    "json"]));
        Assert.Empty(disk.Entries);
    }

    [SkippableFact]
    public async Task No_reason_of_the_table_is_left_out()
    {
        var table = (await File.ReadAllLinesAsync(Path.GetFullPath("../spec/behaviour.md", Fixtures.Path(""))))
            .Select(l => Regex.Match(l, @"^\| (\d) \| \w* ?\| (.*) \|$")).Where(m => m.Success);
        var expected = table.SelectMany(m => m.Groups[2].Value.Split(", ").SelectMany(Reasons).Select(when =>
            (when, int.Parse(m.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture)))).ToHashSet();
        Assert.Equal(expected.Order(), Cases.Select(c => (c.When, c.ExitCode)).Concat(Apart).Distinct().Order());
    }

    /// <summary>A cell's words, with the alternatives in them told apart.</summary>
    private static string[] Reasons(string words) => words switch
    {
        "bad option or argument" => ["bad option", "bad argument"],
        "registry 401/403" => ["registry 401", "registry 403"],
        "corrupt or unknown archive" => ["corrupt archive", "unknown archive"],
        _ => [words],
    };

    private static void AssertCode(string when, int exitCode, CliRun run)
    {
        Assert.True(run.ExitCode == exitCode, $"{when}: exit {run.ExitCode}\n{run.Error}");
        if (exitCode == 0)
            return;
        Assert.Empty(run.Output);
        string[] categories = ["", "internal", "user", "environment", "content"];
        Assert.Equal(categories[exitCode], run.ErrorBody.GetProperty("category").GetString());
        Assert.NotEmpty(run.ErrorBody.GetProperty("next_action").GetString()!);
    }
}
